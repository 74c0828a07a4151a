// A deleted tenant leaves nothing, whatever it had and wherever its deletion was interrupted; other tenants lose nothing.

import '../support/own-table.ts';
import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readCurrentToken } from '../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../lambdas/credentials/verify.ts';
import { createToken, deleteToken } from '../../lambdas/credentials/write-token-secret.ts';
import { addSchema, removeSchema } from '../../lambdas/operations/change-schemas.ts';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { eraseIncarnation } from '../../lambdas/operations/erase.ts';
import { itemKinds, linkKinds } from '../../lambdas/operations/item-kinds.ts';
import {
  REMOVED_AFTER_MS,
  SWEPT_AFTER_MS,
  SWEPT_AGAIN_AFTER_MS,
  sweepGraves,
} from '../../lambdas/operations/sweep-graves.ts';
import { countDirectory } from '../../lambdas/operations/tenant-overview.ts';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { createResource, newResource } from '../../lambdas/resources/change-resource.ts';
import { putMembers, splitIntoTransactions } from '../../lambdas/resources/facets/members-table.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import * as keys from '../../lambdas/table/keys.ts';
import { readGraves } from '../../lambdas/tenants/graves-table.ts';
import { listTenants, readTenant } from '../../lambdas/tenants/read-tenant.ts';
import { findTenant, insertTenant, markTenantDeleting } from '../../lambdas/tenants/tenants-table.ts';
import { setWebhook } from '../../lambdas/webhooks/webhooks.ts';
import { freshIncarnation, freshTenantId } from '../setup/fresh-tenant.ts';
import { itemsOf } from '../support/items-of.ts';
import { openOwnTable } from '../support/open-own-table.ts';

beforeAll(openOwnTable);

afterEach(() => {
  jest.restoreAllMocks();
});

const insert = async (tenant: Incarnation, typeName: string, name: string): Promise<string> => {
  const type = { ...(typeName === 'Group' ? groupType : userType), name: typeName };
  const attribute = typeName === 'Group' ? 'displayName' : 'userName';
  const resource = newResource(type, { [attribute]: name, externalId: name });
  return (await createResource({ tenant, type, principal: undefined }, resource)).id;
};

/** More resources than one page of the erasure, and more members than one batch. */
const fill = async (tenant: Incarnation, { users = 60, groups = 3 } = {}): Promise<void> => {
  const names = Array.from({ length: users }, (_, n) => `Ünal.${n}@Example.com`);
  const members = await Promise.all(
    names.map(async (name) => ({ id: await insert(tenant, 'User', name), type: 'User' as const, life: 1 })),
  );
  for (let n = 0; n < groups; n++) {
    const groupId = await insert(tenant, 'Group', `Group ${n}`);
    for (const some of splitIntoTransactions(members)) await putMembers(tenant, groupId, some);
  }
};

const open = async () => {
  const tenant = await createTenant(freshTenantId());
  return { ...tenant, tenant: tenant.incarnation };
};

test('users and groups are counted', async () => {
  const tenant = freshIncarnation();
  await fill(tenant, { users: 4, groups: 2 });
  expect(await countDirectory(tenant)).toEqual({ users: 4, groups: 2 });
});

describe('erasing', () => {
  /** One item of each kind in `itemKinds`. */
  const putOneOfEach = async (tenant: Incarnation, types: readonly string[]): Promise<void> => {
    const one = itemKinds.flatMap(({ partitions, keys }) => [
      ...(partitions?.(tenant, types) ?? []).map((PK) => ({ PK, SK: `1795306341546#${randomUUID()}` })),
      ...(keys?.(tenant) ?? []),
    ]);
    for (const key of one) await documents.send(new PutCommand({ TableName: tableName, Item: key }));
  };

  test('knows every partition that table/keys.ts makes for a tenant', () => {
    const tenant = freshIncarnation();
    const made = Object.values(keys).flatMap((make) => {
      const key: unknown =
        typeof make === 'function' ? (make as (...args: string[]) => unknown)(tenant, 'x', 'y', 'z') : '';
      const { PK } = (typeof key === 'string' ? { PK: key } : key) as { readonly PK: string };
      return PK.startsWith(`T#${tenant}#`) ? PK : [];
    });
    const erased = [
      ...itemKinds.flatMap(({ partitions }) => partitions?.(tenant, ['x']) ?? []),
      ...linkKinds.map(({ partitionOf }) => partitionOf(tenant, 'x')),
    ];
    expect([...new Set(made)].sort()).toEqual(erased.sort());
  });

  test('leaves no item of any kind', async () => {
    const tenant = freshIncarnation();
    await putOneOfEach(tenant, ['User', 'Group', 'Device']);
    expect(await itemsOf(tenant)).toHaveLength(itemKinds.length + 3 * 2);
    await eraseIncarnation(tenant, ['Device']);
    expect(await itemsOf(tenant)).toEqual([]);
  });

  /** Sort keys of a kind whose resource no longer exists, or never did. */
  const leading = itemKinds.filter(({ idsIn }) => idsIn).map((kind) => [kind.name, kind] as const);

  test('goes by all that names a resource', () => {
    const names = ['resource', 'group in a group', 'tombstone', 'pending group', 'publish progress', 'lease'];
    expect(leading.map(([name]) => name)).toEqual(names);
  });

  test.each(leading)('finds by a %s the memberships that it leads to, on both sides', async (_, kind) => {
    const tenant = freshIncarnation();
    const [partition = ''] = kind.partitions?.(tenant, ['User']) ?? [];
    const SK = { tombstone: '1795306341546#id', 'group in a group': 'id#other' }[kind.name] ?? 'id';
    await documents.send(new PutCommand({ TableName: tableName, Item: { PK: partition, SK } }));
    for (const { partitionOf, otherSide } of linkKinds) {
      for (const Item of [{ PK: partitionOf(tenant, 'id'), SK: 'far' }, otherSide(tenant, 'id', 'far')]) {
        await documents.send(new PutCommand({ TableName: tableName, Item }));
      }
    }
    expect(await itemsOf(tenant)).toHaveLength(5);
    await eraseIncarnation(tenant, []);
    expect(await itemsOf(tenant)).toEqual([]);
  });
});

describe('deleting a tenant', () => {
  test('ends its token and leaves nothing of it, and nothing is missing from another', async () => {
    const [gone, other] = [await open(), await open()];
    await fill(gone.tenant);
    await setWebhook(gone.tenant, { url: 'https://hooks.veldt.example', events: undefined }, false);
    await fill(other.tenant, { users: 2, groups: 1 });
    const othersItems = await itemsOf(other.tenant);

    let erased = 0;
    await deleteTenant(gone.id, {
      onErased: (resources) => {
        erased += resources;
      },
    });

    expect(erased).toBe(63);
    expect(await itemsOf(gone.id)).toEqual([]);
    expect(await verifyToken(gone.token)).toBeUndefined();
    expect(await itemsOf(other.tenant)).toEqual(othersItems);
    expect(await verifyToken(other.token)).toBeDefined();
  });

  test('takes along the resources of a type whose schema was removed, also after it was replaced', async () => {
    const { id, tenant } = await open();
    for (const name of ['Device', 'Badge']) {
      const schema = { id: `urn:veldt:${name}`, name, attributes: [{ name: 'label' }] };
      await addSchema(tenant, { schema, resourceType: { name, endpoint: `/${name}s` } });
      await insert(tenant, name, `the ${name}`);
      await removeSchema(tenant, schema.id);
    }
    expect((await readTenant(id)).types.toSorted()).toEqual(['Badge', 'Device']);
    await deleteTenant(id);
    expect(await itemsOf(id)).toEqual([]);
    expect(await readGraves()).toContainEqual(
      expect.objectContaining({ incarnation: tenant, types: expect.arrayContaining(['Badge', 'Device']) }),
    );
  });

  test('is not completed by a schema that is added meanwhile', async () => {
    const { id, tenant } = await open();
    await markTenantDeleting(id, '2026-11-21T00:00:00.000Z');
    const schema = { id: 'urn:veldt:Device', name: 'Device', attributes: [{ name: 'label' }] };
    const added = addSchema(tenant, { schema, resourceType: { name: 'Device', endpoint: '/Devices' } });
    await expect(added).rejects.toMatchObject({ code: 'beingDeleted' });
  });

  test.each<
    [
      after: string,
      cut: (of: { id: Awaited<ReturnType<typeof open>>['id']; tenant: Incarnation }) => Promise<unknown>,
    ]
  >([
    ['the tenant was marked', ({ id }) => markTenantDeleting(id, '2026-11-21T00:00:00.000Z')],
    ['its token was deleted', ({ tenant }) => deleteToken(tenant)],
    ['some of its resources were erased', ({ id }) => deleteTenant(id, { onErased: cutOff })],
    [
      'everything was erased',
      ({ id, tenant }) =>
        markTenantDeleting(id, '2026-11-21T00:00:00.000Z').then(() => eraseIncarnation(tenant, [])),
    ],
  ])('completes what was cut off after %s', async (_after, cut) => {
    const made = await open();
    await fill(made.tenant);
    await cut(made).catch(() => {});
    expect(await listTenants()).toContainEqual(expect.objectContaining({ id: made.id }));
    await deleteTenant(made.id);
    expect(await itemsOf(made.id)).toEqual([]);
    expect(await verifyToken(made.token)).toBeUndefined();
  });

  test('works on one whose creation was not completed', async () => {
    const tenant = freshIncarnation();
    const [id] = tenant.split('.') as [Awaited<ReturnType<typeof open>>['id']];
    await insertTenant(tenant, '2026-01-01T00:00:00.000Z');
    await createToken({ tenant, keyId: randomUUID() });
    await deleteTenant(id);
    expect(await itemsOf(id)).toEqual([]);
    expect(await readCurrentToken(tenant)).toBeUndefined();
  });

  test('keeps the time when the deletion began', async () => {
    const { id } = await open();
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
    const { id, token, tenant } = await open();
    await fill(tenant, { users: 2, groups: 1 });
    await deleteTenant(id);
    const again = await createTenant(id);
    expect(await verifyToken(token)).toBeUndefined();
    expect(await verifyToken(again.token)).toBeDefined();
    expect(await countDirectory(again.incarnation)).toEqual({ users: 0, groups: 0 });
  });
});

describe('the grave of a tenant', () => {
  const graveOf = async (tenant: Incarnation) =>
    (await readGraves()).find(({ incarnation }) => incarnation === tenant);
  const later = () => sweepGraves(Date.now() + SWEPT_AFTER_MS + 1000);
  const muchLater = () => sweepGraves(Date.now() + SWEPT_AGAIN_AFTER_MS + 1000);
  const atLast = () => sweepGraves(Date.now() + REMOVED_AFTER_MS + 1000);

  test('is swept of all that came late, and not before that can be over', async () => {
    const { id, tenant } = await open();
    await deleteTenant(id);
    const next = await createTenant(id);
    const nextItems = await itemsOf(next.incarnation);
    // Writes in flight, and the rest of an interrupted operator command.
    await fill(tenant, { users: 3, groups: 1 });
    await createToken({ tenant, keyId: randomUUID() });
    await setWebhook(tenant, { url: 'https://hooks.veldt.example', events: undefined }, false);

    await sweepGraves(Date.now());
    expect((await itemsOf(tenant)).length).toBeGreaterThan(0);
    expect(await graveOf(tenant)).toBeDefined();
    expect(await later()).toMatchObject({ failed: 0 });

    expect(await itemsOf(tenant)).toEqual([]);
    expect(await readCurrentToken(tenant)).toBeUndefined();
    // Settings that were cached while the table was failing may admit a request even now.
    await fill(tenant, { users: 1, groups: 0 });
    await later();
    expect((await itemsOf(tenant)).length).toBeGreaterThan(0);
    expect(await muchLater()).toMatchObject({ failed: 0 });
    expect(await itemsOf(tenant)).toEqual([]);
    expect(await graveOf(tenant)).toBeDefined();
    expect(await atLast()).toMatchObject({ failed: 0 });
    expect(await graveOf(tenant)).toBeUndefined();
    expect(await itemsOf(next.incarnation)).toEqual(nextItems);
    expect(await verifyToken(next.token)).toBeDefined();
    expect(await findTenant(id)).toMatchObject({ incarnation: next.incarnation });
  });

  test('stays when the sweep fails, which holds up no other one, and is swept by the next', async () => {
    const [broken, fine] = [await open(), await open()];
    for (const { id, tenant } of [broken, fine]) {
      await deleteTenant(id);
      await fill(tenant, { users: 1, groups: 0 });
    }
    jest.spyOn(console, 'error').mockImplementation(() => {});
    const send = documents.send.bind(documents);
    jest
      .spyOn(documents, 'send')
      .mockImplementation(((command: { input: object }, ...rest: []) =>
        JSON.stringify(command.input).includes(`T#${broken.tenant}#`)
          ? Promise.reject(new Error('Not now.'))
          : send(command as never, ...rest)) as never);
    expect(await later()).toMatchObject({ failed: 1 });
    jest.restoreAllMocks();
    expect([await graveOf(broken.tenant), await graveOf(fine.tenant)]).toMatchObject([
      { sweeps: 0 },
      { sweeps: 1 },
    ]);
    expect(await itemsOf(fine.tenant)).toEqual([]);
    await later();
    expect(await itemsOf(broken.tenant)).toEqual([]);
  });
});

function cutOff(): void {
  throw new Error('cut off');
}
