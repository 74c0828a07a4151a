// A tenant is created once, in however many attempts: each continues with the incarnation of the first.

import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { revokeTokens } from '../../lambdas/credentials/revocation.ts';
import { rotateToken } from '../../lambdas/credentials/rotation.ts';
import { secrets } from '../../lambdas/credentials/secrets-manager.ts';
import { readCurrentToken } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { deleteToken } from '../../lambdas/credentials/write-token-secret.ts';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { createdAtMs, type Incarnation, incarnationAt } from '../../lambdas/platform/tenant.ts';
import { documents } from '../../lambdas/table/client.ts';
import { listTenants, readActiveTenant, readTenant } from '../../lambdas/tenants/read-tenant.ts';
import { findClosure } from '../../lambdas/tenants/switches-table.ts';
import { findTenant, insertTenant, markTenantDeleting } from '../../lambdas/tenants/tenants-table.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const stopClock = (atMs = Date.now()) => {
  jest.spyOn(Date, 'now').mockImplementation(() => atMs);
  return atMs;
};

describe('creating a tenant', () => {
  test('gives a token that is accepted, and an incarnation that tells its second', async () => {
    const id = freshTenantId();
    const before = Date.now();
    const { token, createdAt, incarnation } = await createTenant(id);
    expect(await verifyToken(token)).toMatchObject({ tenant: incarnation });
    expect(createdAtMs(incarnation)).toBeGreaterThan(before - 1000);
    const item = { id, incarnation, state: 'active', createdAt, types: [] };
    expect(await readTenant(id)).toEqual(item);
    expect(await listTenants()).toContainEqual(item);
    expect(await findClosure(incarnation)).toBeUndefined();
  });

  test('is refused when the tenant exists, whose token stays as it is', async () => {
    const id = freshTenantId();
    const { token, incarnation } = await createTenant(id);
    await expect(createTenant(id)).rejects.toMatchObject({ code: 'tenantExists' });
    expect((await readCurrentToken(incarnation))?.token).toBe(token);
  });

  test('succeeds exactly once when two operators try at the same time', async () => {
    const id = freshTenantId();
    const attempts = await Promise.allSettled([createTenant(id), createTenant(id)]);
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [token] = attempts.flatMap((attempt) =>
      attempt.status === 'fulfilled' ? attempt.value.token : [],
    );
    expect(await verifyToken(token ?? '')).toBeDefined();
  });

  test('is refused while a tenant of this name is being deleted', async () => {
    const id = freshTenantId();
    await createTenant(id);
    await markTenantDeleting(id, new Date().toISOString());
    await expect(createTenant(id)).rejects.toMatchObject({ code: 'beingDeleted' });
    await expect(readActiveTenant(id)).rejects.toMatchObject({ code: 'beingDeleted' });
  });

  test('a tenant that nobody made is not there', async () => {
    await expect(readTenant(freshTenantId())).rejects.toMatchObject({ code: 'noSuchTenant' });
  });
});

/** Kills the process at the `nth` write to the table or Secrets Manager, before or after the write. */
const killAt = (nth: number, arrives: boolean): (() => boolean) => {
  let [writes, dead] = [0, false];
  for (const client of [documents, secrets]) {
    const send = client.send.bind(client) as (command: object) => Promise<unknown>;
    jest.spyOn(client, 'send').mockImplementation((async (command: object) => {
      if (dead) throw new Error('Killed.');
      if (/^(Get|Query|Describe)/.test(command.constructor.name)) return send(command);
      writes += 1;
      if (writes < nth) return send(command);
      dead = true;
      if (arrives) await send(command);
      throw new Error('Killed.');
    }) as never);
  }
  return () => dead;
};

describe('a creation that is cut off', () => {
  const WRITES = 6;
  const cuts = Array.from({ length: WRITES }, (_, index) => index + 1).flatMap((nth) => [
    { nth, arrives: false },
    { nth, arrives: true },
  ]);

  test.each(cuts)(
    'at write $nth (arrives: $arrives) goes on with the same incarnation',
    async ({ nth, arrives }) => {
      const id = freshTenantId();
      const isDead = killAt(nth, arrives);
      await expect(createTenant(id)).rejects.toThrow('Killed.');
      expect(isDead()).toBe(true);
      jest.restoreAllMocks();
      const begun = await findTenant(id);
      // Time has passed, so a new one would get another incarnation.
      stopClock(Date.now() + 5_000);
      if (begun?.state === 'active') {
        expect(await readCurrentToken(begun.incarnation)).toBeDefined();
        return;
      }
      if (begun) await expect(readTenant(id)).rejects.toMatchObject({ code: 'beingCreated' });
      const { incarnation, token } = await createTenant(id);
      if (begun) expect(incarnation).toBe(begun.incarnation);
      expect(await verifyToken(token)).toMatchObject({ tenant: incarnation });
      expect(await readActiveTenant(id)).toMatchObject({ incarnation });
    },
  );

  test('anywhere has no further write', async () => {
    const isDead = killAt(WRITES + 1, false);
    await createTenant(freshTenantId());
    expect(isDead()).toBe(false);
  });

  test('can be deleted instead, also by somebody else meanwhile: then no token is left', async () => {
    const id = freshTenantId();
    const begun = incarnationAt(id, Date.now());
    await insertTenant(begun, new Date().toISOString());
    const creation = createTenant(id, { onNameTaken: () => deleteTenant(id) });
    await expect(creation).rejects.toMatchObject({ code: 'noSuchTenant' });
    expect(await findTenant(id)).toBeUndefined();
    expect(await readCurrentToken(begun)).toBeUndefined();
    expect(await findClosure(begun)).toEqual({ reason: 'deleted' });
  });
});

test('a tenant that is deleted while its token is being made leaves none', async () => {
  const id = freshTenantId();
  const send = secrets.send.bind(secrets) as (command: object) => Promise<unknown>;
  let begun: Incarnation | undefined;
  jest.spyOn(secrets, 'send').mockImplementation((async (command: object) => {
    if (command instanceof CreateSecretCommand) {
      begun = (await findTenant(id))?.incarnation;
      await deleteTenant(id);
    }
    return send(command);
  }) as never);
  await expect(createTenant(id)).rejects.toMatchObject({ code: 'noSuchTenant' });
  expect(begun && (await readCurrentToken(begun))).toBeUndefined();
  expect(begun).toBeDefined();
});

describe('a name that is free again', () => {
  test('in the same second is of another incarnation', async () => {
    const id = freshTenantId();
    const now = stopClock();
    const made = [];
    for (let turn = 0; turn < 3; turn++) {
      made.push(await createTenant(id));
      await deleteTenant(id);
    }
    made.push(await createTenant(id));
    const seconds = made.map(
      ({ incarnation }) => createdAtMs(incarnation) - createdAtMs(incarnationAt(id, now)),
    );
    expect(seconds).toEqual([0, 1000, 2000, 3000]);
    const accepted = await Promise.all(made.map(({ token }) => verifyToken(token)));
    expect(accepted.map((key) => key?.tenant)).toEqual([
      undefined,
      undefined,
      undefined,
      made[3]?.incarnation,
    ]);
  });
});

describe('a secret', () => {
  test('that is lost is made again under the incarnation of the tenant', async () => {
    const id = freshTenantId();
    const { incarnation } = await createTenant(id);
    await deleteToken(incarnation);
    const { current } = await rotateToken((await readActiveTenant(id)).incarnation, { force: true });
    expect(await verifyToken(current.token)).toMatchObject({ tenant: incarnation });
  });

  test('whose tokens are revoked gets a new one of the same incarnation', async () => {
    const { incarnation, token } = await createTenant(freshTenantId());
    await revokeTokens(incarnation);
    expect(await verifyToken(token)).toBeUndefined();
    const { current } = await rotateToken(incarnation);
    expect(await verifyToken(current.token)).toMatchObject({ tenant: incarnation });
  });
});
