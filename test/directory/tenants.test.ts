import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import {
  countDirectory,
  createTenant,
  deleteTenant,
  listTenants,
  readActiveTenant,
  readTenant,
} from '../../lambdas/directory/tenants.ts';
import type { TenantId } from '../../lambdas/tenants/tenant.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { putMembers } from '../../lambdas/store/members.ts';
import { deleteResource, insertResource } from '../../lambdas/store/resources.ts';
import { insertTenant, markTenantDeleting } from '../../lambdas/store/tenants.ts';
import { createToken, deleteToken, readCurrentToken } from '../../lambdas/tokens/secrets.ts';
import { verifyToken } from '../../lambdas/tokens/verify.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';

/** What carries no data of the tenant and stays: its counters, and notes that age out, as its closed switch does. */
const STAYS = /#(COUNT|COUNTED|GONE|UNBORN|PAGE)\b/;

/** Whatever else the table holds of a tenant, found without trusting any key. */
const itemsOf = async (tenant: TenantId): Promise<string[]> => {
  const found: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName, ExclusiveStartKey: start, ConsistentRead: true }),
    );
    for (const { PK, SK } of page.Items ?? []) {
      const isOfTenant = PK.split('#').includes(tenant) || SK === tenant;
      if (isOfTenant && !STAYS.test(PK) && SK !== 'SWITCH') found.push(`${PK} / ${SK}`);
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return found.sort();
};

const nameAttribute = (typeName: 'User' | 'Group') => (typeName === 'User' ? 'userName' : 'displayName');

const uniqueName = (typeName: 'User' | 'Group', name: string) => ({
  attribute: nameAttribute(typeName),
  key: name,
});

const insert = async (tenant: TenantId, typeName: 'User' | 'Group', name: string): Promise<string> => {
  const id = randomUUID();
  const now = Date.now();
  const attributes = { [nameAttribute(typeName)]: name };
  const resource = { id, version: 1, created: now, lastModified: now, attributes };
  expect(
    await insertResource(tenant, typeName, resource, {
      name,
      unique: [uniqueName(typeName, name)],
      externalId: name,
    }),
  ).toBe('written');
  return id;
};

/** More resources than a page of the erasure holds, and more members than a batch does. */
const fill = async (tenant: TenantId, { users = 60, groups = 3 } = {}) => {
  const userIds = await Promise.all(
    Array.from({ length: users }, (_, n) => insert(tenant, 'User', `Ünal.${n}@Example.com`)),
  );
  for (let n = 0; n < groups; n++) {
    const groupId = await insert(tenant, 'Group', `Group ${n}`);
    await putMembers(
      tenant,
      groupId,
      userIds.map((id) => ({ id, type: 'User' })),
    );
  }
  return userIds;
};

describe('creating a tenant', () => {
  test('gives a token that is accepted', async () => {
    const id = freshTenantId();
    const { token, createdAt } = await createTenant(id);
    expect(await verifyToken(token)).toMatchObject({ tenant: id });
    expect(await readTenant(id)).toEqual({ id, createdAt });
    expect(await listTenants()).toContainEqual({ id, createdAt });
  });

  test('is refused when the tenant exists, whose token stays as it is', async () => {
    const id = freshTenantId();
    const { token } = await createTenant(id);
    await expect(createTenant(id)).rejects.toMatchObject({ code: 'tenantExists' });
    expect((await readCurrentToken(id))?.token).toBe(token);
  });

  test('succeeds when the attempt before was cut off between its steps', async () => {
    const id = freshTenantId();
    const left = await createToken({ tenant: id, keyId: randomUUID() });
    expect((await createTenant(id)).token).toBe(left.token);
    expect(await readTenant(id)).toMatchObject({ id });
  });

  test('succeeds exactly once when two operators try at the same time', async () => {
    const id = freshTenantId();
    const attempts = await Promise.allSettled([createTenant(id), createTenant(id)]);
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is refused while a tenant of this name is being deleted', async () => {
    const id = freshTenantId();
    await createTenant(id);
    await markTenantDeleting(id, new Date().toISOString());
    await expect(createTenant(id)).rejects.toMatchObject({ code: 'beingDeleted' });
    await expect(readActiveTenant(id)).rejects.toMatchObject({ code: 'beingDeleted' });
  });
});

test('a tenant that nobody made is not there', async () => {
  await expect(readTenant(freshTenantId())).rejects.toMatchObject({ code: 'noSuchTenant' });
});

test('users and groups are counted', async () => {
  const id = freshTenantId();
  await fill(id, { users: 4, groups: 2 });
  expect(await countDirectory(id)).toEqual({ users: 4, groups: 2 });
});

describe('deleting a tenant', () => {
  test('ends its token and leaves nothing of it, and nothing is missing from another', async () => {
    const [id, other] = [freshTenantId(), freshTenantId()];
    const { token } = await createTenant(id);
    const { token: othersToken } = await createTenant(other);
    await fill(id);
    await fill(other, { users: 2, groups: 1 });
    const othersItems = await itemsOf(other);
    expect(othersItems).toHaveLength(1 + 2 * 2 + 2 + 2);

    let erased = 0;
    await deleteTenant(id, {
      onErased: (resources) => {
        erased += resources;
      },
    });

    expect(erased).toBe(63);
    expect(await itemsOf(id)).toEqual([]);
    expect(await verifyToken(token)).toBeUndefined();
    expect(await itemsOf(other)).toEqual(othersItems);
    expect(await verifyToken(othersToken)).toBeDefined();
  });

  test.each(['Group', 'User'] as const)(
    'takes along memberships that a deleted %s left',
    async (typeName) => {
      const id = freshTenantId();
      await createTenant(id);
      const member = { id: await insert(id, 'User', 'alice'), type: 'User' } as const;
      const groupId = await insert(id, 'Group', 'Staff');
      await putMembers(id, groupId, [member]);
      const [goneId, name] = typeName === 'Group' ? [groupId, 'Staff'] : [member.id, 'alice'];
      await deleteResource(id, typeName, goneId, { version: 1, unique: [uniqueName(typeName, name)] });
      await deleteTenant(id);
      expect(await itemsOf(id)).toEqual([]);
    },
  );

  test.each<[after: string, cut: (id: TenantId) => Promise<unknown>]>([
    ['the tenant was marked', (id) => markTenantDeleting(id, '2026-11-21T00:00:00.000Z')],
    ['its token was deleted', (id) => deleteToken(id)],
    ['some of its resources were erased', (id) => deleteTenant(id, { onErased: cutOff })],
  ])('completes what was cut off after %s', async (_after, cut) => {
    const id = freshTenantId();
    const { token } = await createTenant(id);
    await fill(id);
    await cut(id).catch(() => {});
    expect((await itemsOf(id)).length).toBeGreaterThan(1);
    expect(await listTenants()).toContainEqual(expect.objectContaining({ id }));
    await deleteTenant(id);
    expect(await itemsOf(id)).toEqual([]);
    expect(await verifyToken(token)).toBeUndefined();
  });

  test('keeps the time when the deletion began', async () => {
    const id = freshTenantId();
    await insertTenant({ id, createdAt: '2026-01-01T00:00:00.000Z' });
    await markTenantDeleting(id, '2026-02-02T00:00:00.000Z');
    await markTenantDeleting(id, '2026-03-03T00:00:00.000Z');
    expect((await readTenant(id)).deletingSince).toBe('2026-02-02T00:00:00.000Z');
  });

  test('may be repeated, and does not make a tenant', async () => {
    const id = freshTenantId();
    await deleteTenant(id);
    await deleteTenant(id);
    expect(await itemsOf(id)).toEqual([]);
  });

  test('frees its name for a new tenant, which starts empty', async () => {
    const id = freshTenantId();
    const { token } = await createTenant(id);
    await fill(id, { users: 2, groups: 1 });
    await deleteTenant(id);
    const again = await createTenant(id);
    expect(await verifyToken(token)).toBeUndefined();
    expect(await verifyToken(again.token)).toBeDefined();
    expect(await countDirectory(id)).toEqual({ users: 0, groups: 0 });
  });
});

function cutOff(): void {
  throw new Error('cut off');
}
