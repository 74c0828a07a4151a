import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PutSecretValueCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { type SecretsManager, startSecretsManager } from '../../bin/local/secrets-manager/secrets-manager.ts';
import type { TokenKey } from '../../lambdas/credentials/token.ts';
import { deploymentSecret } from '../setup/deployment-secret.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:000000000000:function:Rotation';

let secretsManager: SecretsManager;
let steps: string[] = [];

// Its own emulator, because this one invokes the rotation function.
const load = async () => ({
  client: await import('../../lambdas/credentials/secrets-manager.ts'),
  rotation: await import('../../lambdas/credentials/rotation.ts'),
  schedule: await import('../../lambdas/credentials/schedule-secret.ts'),
  secrets: {
    ...(await import('../../lambdas/credentials/token-secret.ts')),
    ...(await import('../../lambdas/credentials/write-token-secret.ts')),
  },
  verify: await import('../../lambdas/credentials/verify.ts'),
  handler: (await import('../../lambdas/handlers/token-rotation.ts')).handler,
});
let tokens: Awaited<ReturnType<typeof load>>;

beforeAll(async () => {
  secretsManager = await startSecretsManager();
  secretsManager.ensure([deploymentSecret]);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsManager.endpoint;
  tokens = await load();
  secretsManager.rotateWith(async (functionArn, event: SecretsManagerRotationEvent) => {
    expect(functionArn).toBe(FUNCTION);
    steps.push(event.Step);
    await tokens.handler(event);
  });
});
afterAll(() => secretsManager.stop());

const tenantWithToken = async () => {
  steps = [];
  return tokens.secrets.createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
};

const until = async (isTrue: () => Promise<boolean> | boolean) => {
  for (let attempt = 0; attempt < 200 && !(await isTrue()); attempt++) await delay(20);
};

describe('a schedule', () => {
  test('is kept with its next day, and rotates nothing now', async () => {
    const { tenant, keyId } = await tenantWithToken();
    await tokens.schedule.scheduleRotation(tenant, 90, FUNCTION);
    const { days, nextAt } = (await tokens.schedule.readSchedule(tenant)) ?? {};
    expect(days).toBe(90);
    expect(Math.round(((nextAt?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(90);
    await until(() => steps.length > 0);
    expect(steps).toEqual(['testSecret']);
    await until(async () => (await tokens.secrets.readStages(tenant)).pending === undefined);
    expect(await tokens.secrets.readStages(tenant)).toEqual({
      current: keyId,
      previous: undefined,
      pending: undefined,
    });
  });

  test('ends, once', async () => {
    const { tenant } = await tenantWithToken();
    await tokens.schedule.scheduleRotation(tenant, 90, FUNCTION);
    await tokens.schedule.cancelRotation(tenant);
    await tokens.schedule.cancelRotation(tenant);
    expect(await tokens.schedule.readSchedule(tenant)).toBeUndefined();
  });

  test.each([0, 30, 1001])('of %d days is refused: the token before must have ended', async (days) => {
    const { tenant } = await tenantWithToken();
    await expect(tokens.schedule.scheduleRotation(tenant, days, FUNCTION)).rejects.toThrow(
      /every 31 to 1000 days/,
    );
  });

  test('of a tenant without a secret is refused', async () => {
    for (const change of [
      tokens.schedule.scheduleRotation(freshIncarnation(), 90, FUNCTION),
      tokens.schedule.cancelRotation(freshIncarnation()),
    ]) {
      await expect(change).rejects.toMatchObject({ code: 'noToken' });
    }
  });
});

describe('a rotation by Secrets Manager', () => {
  test('takes the four steps, and both tokens are accepted', async () => {
    const old = await tenantWithToken();
    await tokens.client.secrets.send(
      new RotateSecretCommand({ SecretId: `scim/${old.tenant}/token`, RotationLambdaARN: FUNCTION }),
    );
    await until(async () => (await tokens.secrets.readStages(old.tenant)).current !== old.keyId);
    expect(steps).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    const { current, previous } = await tokens.rotation.readTokenStatus(old.tenant);
    expect(previous?.keyId).toBe(old.keyId);
    expect(await tokens.verify.verifyToken(current.token)).toBeDefined();
    expect(await tokens.verify.verifyToken(old.token)).toBeDefined();
  });

  test('never makes a copy of the current token the next one: it would be accepted by its old name only', async () => {
    const { tenant, token } = await tenantWithToken();
    const copy: TokenKey = { tenant, keyId: randomUUID() };
    await tokens.client.secrets.send(
      new PutSecretValueCommand({
        SecretId: `scim/${tenant}/token`,
        ClientRequestToken: copy.keyId,
        SecretString: token,
        VersionStages: ['AWSPENDING'],
      }),
    );
    await expect(tokens.rotation.checkPending(copy)).resolves.toBeUndefined();
    await expect(tokens.rotation.promotePending(copy)).rejects.toMatchObject({ code: 'brokenVersion' });
  });
});
