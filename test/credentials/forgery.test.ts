// A token whose MAC shows that it was never created here costs no call to Secrets Manager. Each test has its own deployment
// secret, and a function that has just started.

import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} = sdk;

const load = async () => ({
  ...(await import('../../lambdas/credentials/secrets-manager.ts')),
  ...(await import('../../lambdas/credentials/token-secret.ts')),
  ...(await import('../../lambdas/credentials/write-token-secret.ts')),
  ...(await import('../../lambdas/credentials/token.ts')),
  ...(await import('../../lambdas/credentials/verify.ts')),
  ...(await import('../../lambdas/credentials/rotation.ts')),
  ...(await import('../../lambdas/credentials/deployment-secret.ts')),
});
let tokens: Awaited<ReturnType<typeof load>>;
let tenant: Incarnation;
let deploymentSecretId: string;
/** The ids of the secrets that were read. */
let asked: (string | undefined)[];
/** Mocks the answer to reading the deployment secret. */
let instead: (() => Promise<never>) | undefined;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A function that has just started, with nothing cached; reloading the SDK too would take most of a second. */
const start = async () => {
  jest.resetModules();
  jest.doMock('@aws-sdk/client-secrets-manager', () => sdk);
  tokens = await load();
  const send = tokens.secrets.send.bind(tokens.secrets) as (command: object) => Promise<unknown>;
  jest.spyOn(tokens.secrets, 'send').mockImplementation((async (command: object) => {
    if (command instanceof GetSecretValueCommand) {
      const { SecretId } = command.input;
      asked.push(SecretId);
      if (SecretId === deploymentSecretId && instead) return instead();
    }
    return send(command);
  }) as never);
};

const putDeploymentSecret = async (SecretString: string): Promise<string> => {
  const ClientRequestToken = randomUUID();
  await tokens.secrets.send(
    new PutSecretValueCommand({ SecretId: deploymentSecretId, SecretString, ClientRequestToken }),
  );
  return ClientRequestToken;
};

const deleteDeploymentSecret = async (): Promise<void> => {
  const input = { SecretId: deploymentSecretId, ForceDeleteWithoutRecovery: true };
  await tokens.secrets.send(new DeleteSecretCommand(input));
};

/** Advances the function's clock. */
const pass = (ms: number) => {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
};

/** How reading the deployment secret is answered from now on. */
const answer = (by: Promise<never>) => {
  by.catch(() => {});
  instead = () => by;
};
const fail = (as: object) => answer(Promise.reject(Object.assign(new Error('Away.'), as)));

/** A new token of the tenant, created by another function than the one that verifies it, as soon as possible. */
const rotateElsewhere = async () => {
  const here = tokens;
  await start();
  pass(tokens.MIN_REREAD_MS);
  const { current } = await tokens.rotateToken(tenant);
  tokens = here;
  return current;
};

const makeTenant = () => tokens.createToken({ tenant, keyId: randomUUID() });
const countOf = (secretId: string) => asked.filter((id) => id === secretId).length;
const tenantWasAsked = () => countOf(tokens.secretName(tenant));

beforeEach(async () => {
  deploymentSecretId = `deployment-${randomUUID()}`;
  process.env.DEPLOYMENT_SECRET_ID = deploymentSecretId;
  instead = undefined;
  asked = [];
  tenant = freshIncarnation();
  await start();
  await tokens.secrets.send(new CreateSecretCommand({ Name: deploymentSecretId, SecretString: 'first' }));
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  jest.restoreAllMocks();
});

const forge = ({ keyId }: { readonly keyId: string }) => tokens.makeToken({ tenant, keyId }, 'guessed');

describe('a forged token (S2.7)', () => {
  test('is refused by computation: the secret of its tenant is not asked', async () => {
    const made = await makeTenant();
    await start();
    asked = [];
    expect(await tokens.verifyToken(forge(made))).toBeUndefined();
    expect(await tokens.verifyToken(forge(made))).toBeUndefined();
    expect(asked).toEqual([deploymentSecretId, deploymentSecretId]);
    expect(await tokens.verifyToken(made.token)).toEqual({ tenant, keyId: made.keyId });
    expect(tenantWasAsked()).toBe(1);
  });

  test('is not asked about however many there are: twelve questions a minute and function', async () => {
    const made = await makeTenant();
    asked = [];
    for (let second = 0; second < 60; second++) {
      for (let each = 0; each < 10; each++) await tokens.verifyToken(forge(made));
      pass(SECOND);
    }
    expect(tenantWasAsked()).toBe(0);
    expect(countOf(deploymentSecretId)).toBeGreaterThan(2);
    expect(countOf(deploymentSecretId)).toBeLessThanOrEqual(12);
  });

  test('is not asked about more often while the deployment secret is away', async () => {
    const made = await makeTenant();
    await start();
    fail({});
    asked = [];
    for (let second = 0; second < 30; second++) {
      await tokens.verifyToken(forge(made));
      pass(SECOND);
    }
    expect(countOf(deploymentSecretId)).toBe(3);
  });
});

test('while Secrets Manager fails, few forgeries are looked up, and accepted tokens do not wait for them (S2.7)', async () => {
  const made = await makeTenant();
  expect(await tokens.verifyToken(made.token)).toBeDefined();
  jest.spyOn(tokens.secrets, 'send').mockImplementation((async (command: object) => {
    if (command instanceof GetSecretValueCommand) asked.push(command.input.SecretId);
    throw Object.assign(new Error('Away.'), { code: 'ECONNREFUSED' });
  }) as never);
  pass(MINUTE);
  asked = [];
  for (let second = 0; second < 60; second++) {
    for (let each = 0; each < 10; each++) await expect(tokens.verifyToken(forge(made))).rejects.toThrow();
    pass(SECOND);
  }
  expect(tenantWasAsked()).toBe(3);
  expect(countOf(deploymentSecretId)).toBeLessThanOrEqual(6);
  expect(await tokens.verifyToken(made.token)).toEqual({ tenant, keyId: made.keyId });
});

describe('after a rotation of the deployment secret', () => {
  test('a token of the value before is accepted, and new ones have the new MAC', async () => {
    const old = await makeTenant();
    await putDeploymentSecret('second');
    await start();
    pass(tokens.MIN_REREAD_MS);
    const { current } = await tokens.rotateToken(tenant);
    expect(tokens.hasValidMac(old.token, 'first')).toBe(true);
    expect(tokens.hasValidMac(current.token, 'second')).toBe(true);
    expect(await tokens.verifyToken(old.token)).toBeDefined();
    expect(await tokens.verifyToken(current.token)).toBeDefined();
  });

  test('no token is made before every function has to read the value again', async () => {
    await putDeploymentSecret('b'.repeat(64));
    const [{ madeAt }] = await tokens.readGenerations();
    const left = 300;
    jest.spyOn(Date, 'now').mockReturnValue(madeAt.getTime() + tokens.MIN_REREAD_MS - left);
    const started = performance.now();
    await tokens.createToken({ tenant, keyId: randomUUID() });
    expect(performance.now() - started).toBeGreaterThanOrEqual(left - 5);
  });

  test('a function that knew only the value before reads anew when a MAC fits none', async () => {
    const old = await makeTenant();
    expect(await tokens.verifyToken(old.token)).toBeDefined();
    await putDeploymentSecret('second');
    const current = await rotateElsewhere();
    pass(10 * SECOND);
    expect(await tokens.verifyToken(current.token)).toBeDefined();
  });

  test('a token of two values before is refused without a question, once the function has heard of it', async () => {
    const old = await makeTenant();
    await putDeploymentSecret('second');
    await putDeploymentSecret('third');
    await start();
    asked = [];
    expect(await tokens.verifyToken(old.token)).toBeUndefined();
    expect(tenantWasAsked()).toBe(0);
  });

  test('a function that knows a value keeps to it for two minutes at most', async () => {
    const old = await makeTenant();
    expect(await tokens.verifyToken(old.token)).toBeDefined();
    await putDeploymentSecret('second');
    await putDeploymentSecret('third');
    pass(2 * MINUTE);
    expect(await tokens.verifyToken(old.token)).toBeUndefined();
  });

  test('one rotation too many is undone by the label AWSPREVIOUS', async () => {
    const old = await makeTenant();
    const { VersionId } = await tokens.secrets.send(
      new GetSecretValueCommand({ SecretId: deploymentSecretId }),
    );
    const second = await putDeploymentSecret('second');
    await putDeploymentSecret('third');
    const stage = { SecretId: deploymentSecretId, VersionStage: 'AWSPREVIOUS', RemoveFromVersionId: second };
    await tokens.secrets.send(new UpdateSecretVersionStageCommand({ ...stage, MoveToVersionId: VersionId }));
    await start();
    expect(await tokens.verifyToken(old.token)).toBeDefined();
  });
});

describe('nobody is refused because the deployment secret', () => {
  test.each<[string, () => unknown]>([
    ['is not there', deleteDeploymentSecret],
    ['is not to be read', () => fail({ name: 'AccessDeniedException' })],
    ['cannot be reached', () => fail({ code: 'ECONNREFUSED' })],
    ['is slow', () => answer(new Promise<never>(() => {}))],
  ])('%s: the secret of the tenant is asked', async (_, happen) => {
    const made = await makeTenant();
    await happen();
    await start();
    asked = [];
    expect(await tokens.verifyToken(made.token)).toEqual({ tenant, keyId: made.keyId });
    expect(await tokens.verifyToken(forge(made))).toBeUndefined();
    expect(tenantWasAsked()).toBe(2);
  });

  test('is not one that the function was told of', async () => {
    const made = await makeTenant();
    process.env.DEPLOYMENT_SECRET_ID = '';
    await start();
    expect(await tokens.verifyToken(made.token)).toBeDefined();
    await expect(
      tokens.createToken({ tenant: freshIncarnation(), keyId: randomUUID() }),
    ).rejects.toMatchObject({
      name: 'TokenError',
      code: 'noDeploymentSecret',
      message: expect.stringContaining('npx cdk deploy'),
    });
  });

  test('cannot be read again: the last known value is used', async () => {
    const made = await makeTenant();
    expect(await tokens.verifyToken(made.token)).toBeDefined();
    fail({});
    pass(60 * MINUTE);
    expect(await tokens.verifyToken(made.token)).toBeDefined();
  });

  test('was rotated and cannot be read again: of a token that fits none the tenant is asked', async () => {
    const old = await makeTenant();
    expect(await tokens.verifyToken(old.token)).toBeDefined();
    await putDeploymentSecret('second');
    const current = await rotateElsewhere();
    fail({});
    pass(MINUTE);
    expect(await tokens.verifyToken(current.token)).toBeDefined();
  });
});

test('no token is made without the secret of the deployment, and an operator is told why', async () => {
  await deleteDeploymentSecret();
  await expect(makeTenant()).rejects.toMatchObject({
    name: 'TokenError',
    code: 'noDeploymentSecret',
    message: expect.stringContaining(deploymentSecretId),
  });
});

test('what is rotated in must have a MAC of this deployment', async () => {
  await makeTenant();
  const pending = { tenant, keyId: randomUUID() };
  await tokens.secrets.send(
    new PutSecretValueCommand({
      SecretId: tokens.secretName(tenant),
      ClientRequestToken: pending.keyId,
      SecretString: forge(pending),
      VersionStages: ['AWSPENDING'],
    }),
  );
  await expect(tokens.checkPending(pending)).rejects.toMatchObject({ code: 'brokenVersion' });
  await expect(tokens.promotePending(pending)).rejects.toMatchObject({ code: 'brokenVersion' });
});
