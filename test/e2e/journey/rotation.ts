// A rotation while a customer provisions: by the four steps of Secrets Manager, each taken twice because it may repeat them.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseToken } from '../../../lambdas/credentials/token.ts';
import { type Extent, operate, operateToken, type Target, type TestTenant } from '../target.ts';
import { Load } from './load.ts';
import { judgeRotation } from './verdict.ts';

const PER_SECOND = 25;
/** Of the whole time: when the rotation begins, and until when both tokens are used. */
const ROTATE_AT = 0.2;
const RETIRE_AT = 0.55;
/** Refusals of the old token are watched at least for so long. */
const REFUSED_SECONDS = 6;

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** Calls the deployed rotation function as Secrets Manager would. */
const rotateInSteps = async ({ stack }: Target, tenant: TestTenant): Promise<void> => {
  const SecretId = `${stack.SecretPrefix}/${parseToken(tenant.token)?.tenant}/token`;
  const { ARN } = await new SecretsManagerClient({}).send(new DescribeSecretCommand({ SecretId }));
  const functions = new LambdaClient({});
  const ClientRequestToken = randomUUID();
  for (const Step of STEPS.flatMap((step) => [step, step])) {
    const Payload = JSON.stringify({ Step, SecretId: ARN, ClientRequestToken });
    const { FunctionError, Payload: answer } = await functions.send(
      new InvokeCommand({ FunctionName: stack.RotationFunctionArn, Payload }),
    );
    if (FunctionError) throw new Error(`${Step} failed: ${answer?.transformToString()}`);
  }
};

export interface RotationOutcome {
  /** The tenant with its new token. */
  readonly tenant: TestTenant;
  readonly counts: string;
}

/**
 * Rotates and retires the token of `old` under 25 requests a second, which last `loadSeconds` or, where that is longer, until
 * the cache time is over. Throws unless no request failed but those with the retired token.
 */
export const rotateUnderLoad = async (
  target: Target,
  old: TestTenant,
  { loadSeconds: seconds, leastPerSecond }: Extent,
): Promise<RotationOutcome> => {
  const { signal, stack } = target;
  const started = Date.now();
  const until = (moment: number) => delay(Math.max(0, moment - Date.now()), undefined, { signal });
  const load = new Load(old.tenantUrl, old.token, PER_SECOND);
  try {
    await until(started + ROTATE_AT * seconds * 1000);
    await rotateInSteps(target, old);
    const tenant = await operateToken(target, 'token', 'show', old.tenant);
    load.use(old.token, tenant.token);
    await until(started + RETIRE_AT * seconds * 1000);
    const retiring = Date.now();
    await operate(target, 'token', 'retire', old.tenant);
    const retired = Date.now();
    await until(retired + (stack.authorizerCacheSeconds + REFUSED_SECONDS) * 1000);
    await until(started + seconds * 1000);
    await load.stop();

    const rate = load.sent.length / ((Date.now() - started) / 1000);
    if (rate < leastPerSecond) throw new Error(`Only ${rate.toFixed(1)} requests a second were answered.`);
    const tokens = { oldToken: old.token, newToken: tenant.token };
    const cacheSeconds = stack.authorizerCacheSeconds;
    const { counts, broken } = judgeRotation(load.sent, { ...tokens, retiring, retired, cacheSeconds });
    if (broken.length > 0) throw new Error(`The rotation failed requests.\n${broken.join('\n')}`);
    return { tenant, counts: `${load.sent.length} requests at ${rate.toFixed(1)}/s: ${counts}` };
  } finally {
    await load.stop();
  }
};
