import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { retireToken, rotateToken } from '../../lambdas/credentials/rotation.ts';
import { readStages, readToken, type TokenVersion } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken } from '../../lambdas/credentials/write-token-secret.ts';
import { handler } from '../../lambdas/handlers/token-rotation.ts';
import { freshIncarnation } from '../setup/fresh-tenant.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

let old: TokenVersion;
let keyId: string;
beforeEach(async () => {
  old = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  keyId = randomUUID();
});

const take = (Step: SecretsManagerRotationEvent['Step'], tenant: string = old.tenant) =>
  handler({
    Step,
    SecretId: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:scim/${tenant}/token`,
    ClientRequestToken: keyId,
  });

const rotateInSteps = async () => {
  for (const step of STEPS) await take(step);
};

test('the four steps give a new current token and keep the old one valid', async () => {
  await rotateInSteps();
  const rotated = await readToken({ tenant: old.tenant, keyId });
  expect(await readStages(old.tenant)).toMatchObject({ current: keyId, previous: old.keyId });
  expect(await verifyToken(rotated?.token ?? '')).toEqual({ tenant: old.tenant, keyId });
  expect(await verifyToken(old.token)).toBeDefined();
});

describe('may be repeated:', () => {
  test.each(STEPS)('%s, taken twice', async (repeated) => {
    for (const step of STEPS) {
      await take(step);
      if (step === repeated) await take(step);
    }
    expect(await readStages(old.tenant)).toMatchObject({ current: keyId, previous: old.keyId });
  });

  test('the whole rotation, after its end', async () => {
    await rotateInSteps();
    const before = await readToken({ tenant: old.tenant, keyId });
    await rotateInSteps();
    expect(await readToken({ tenant: old.tenant, keyId })).toEqual(before);
    expect(await readStages(old.tenant)).toMatchObject({ current: keyId, previous: old.keyId });
  });

  test('createSecret, which leaves the token that it made the first time', async () => {
    await take('createSecret');
    const first = await readToken({ tenant: old.tenant, keyId });
    await take('createSecret');
    expect(await readToken({ tenant: old.tenant, keyId })).toEqual(first);
  });
});

describe('is refused, and changes nothing:', () => {
  test('inside the grace of the rotation before', async () => {
    const { current } = await rotateToken(old.tenant);
    await expect(take('createSecret')).rejects.toMatchObject({ code: 'insideGrace' });
    expect(await readStages(old.tenant)).toMatchObject({ current: current.keyId, previous: old.keyId });
    await retireToken(old.tenant);
    await rotateInSteps();
    expect(await readStages(old.tenant)).toMatchObject({ current: keyId, previous: current.keyId });
  });

  test('testSecret and finishSecret, when no token was made', async () => {
    await expect(take('testSecret')).rejects.toMatchObject({ code: 'brokenVersion' });
    await expect(take('finishSecret')).rejects.toMatchObject({ code: 'notPending' });
    expect(await readStages(old.tenant)).toMatchObject({ current: old.keyId, previous: undefined });
  });

  test('finishSecret, when an operator rotated meanwhile', async () => {
    await take('createSecret');
    const { current } = await rotateToken(old.tenant);
    await expect(take('finishSecret')).rejects.toMatchObject({ code: 'notPending' });
    expect(await readStages(old.tenant)).toMatchObject({ current: current.keyId, previous: old.keyId });
  });

  test('a secret that is not the token of a tenant', async () => {
    await expect(take('createSecret', 'not/a-tenant')).rejects.toThrow(/not the token of a tenant/);
  });

  test('a tenant that has no secret', async () => {
    await expect(take('createSecret', freshIncarnation())).rejects.toMatchObject({ code: 'noToken' });
  });
});
