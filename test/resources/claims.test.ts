// The item of a stored resource lists its claims. A schema may be removed, added again, make an attribute unique or change its
// caseExact: no value is lost, and no request fails because of values that existed before.

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import {
  changeResource,
  createResource,
  newResource,
  removeResource,
  type Subject,
} from '../../lambdas/resources/change-resource.ts';
import { claimedValue, claimKey, heldValues } from '../../lambdas/resources/held-values.ts';
import { findHolder, getStored } from '../../lambdas/resources/resources-table.ts';
import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { attribute, type ResourceType } from '../../lambdas/scim/schemas/schema.ts';

const typeWith = (serial: Parameters<typeof attribute>[2] | undefined): ResourceType => ({
  name: 'Device',
  endpoint: '/Devices',
  description: '',
  schema: {
    id: 'urn:x:Device',
    name: 'Device',
    description: '',
    attributes: [...(serial ? [attribute('serial', '', serial)] : []), attribute('label', '')],
  },
  schemaExtensions: [],
});

const unique = typeWith({ uniqueness: 'server' });
const exact = typeWith({ uniqueness: 'server', caseExact: true });
const plain = typeWith({});
const gone = typeWith(undefined);

const newDirectory = () => {
  const tenant = `t-${randomBytes(6).toString('hex')}.t1a2b3` as Incarnation;
  const subject = (type: ResourceType): Subject => ({ tenant, type, principal: undefined });
  return {
    create: async (type: ResourceType, attributes: JsonObject) =>
      (await createResource(subject(type), newResource(type, attributes))).id,
    change: (type: ResourceType, id: string, attributes: JsonObject) =>
      changeResource(subject(type), { id, cause: 'patch', ifMatch: undefined }, (current) => ({
        ...current,
        ...attributes,
      })),
    remove: (type: ResourceType, id: string) =>
      removeResource(subject(type), { id, cause: 'delete', ifMatch: undefined }),
    holder: (type: ResourceType, value: string) =>
      findHolder(tenant, type.name, claimKey(type, 'serial', value) ?? ''),
    claims: async (id: string) => (await getStored(tenant, 'Device', id))?.claims,
  };
};

const statusOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ScimError ? error.status : error),
  );

describe('a unique value', () => {
  test('is taken by its resource, and free when that changes it or goes', async () => {
    const { create, change, remove, holder } = newDirectory();
    const id = await create(unique, { serial: 'A' });
    expect(await statusOf(create(unique, { serial: 'a' }))).toBe(409);
    await change(unique, id, { serial: 'B' });
    expect(await holder(unique, 'A')).toBeUndefined();
    expect(await holder(unique, 'b')).toBe(id);
    await remove(unique, id);
    expect(await holder(unique, 'B')).toBeUndefined();
  });

  test('of a removed schema stays with who has it, until that changes it or goes', async () => {
    const { create, change, remove, holder } = newDirectory();
    const [changed, emptied, deleted] = [
      await create(unique, { serial: 'A' }),
      await create(unique, { serial: 'B' }),
      await create(unique, { serial: 'C' }),
    ];
    expect(await statusOf(change(gone, changed, { label: 'x' }))).toBe('done');
    expect(await statusOf(change(gone, emptied, { serial: null }))).toBe('done');
    expect(await statusOf(remove(gone, deleted))).toBe('done');
    expect(await holder(unique, 'A')).toBe(changed);
    expect(await holder(unique, 'B')).toBeUndefined();
    expect(await holder(unique, 'C')).toBeUndefined();
    expect(await statusOf(create(unique, { serial: 'A' }))).toBe(409);
    expect(await statusOf(change(unique, changed, { label: 'y', serial: 'D' }))).toBe('done');
    expect(await statusOf(create(unique, { serial: 'A' }))).toBe('done');
  });

  test("that is not one any more is nobody else's while it stands, and refuses nobody meanwhile", async () => {
    const { create, change, remove, holder } = newDirectory();
    const id = await create(unique, { serial: 'A' });
    expect(await statusOf(create(plain, { serial: 'A' }))).toBe('done');
    expect(await statusOf(change(plain, id, { label: 'x' }))).toBe('done');
    expect(await holder(unique, 'A')).toBe(id);
    expect(await statusOf(change(plain, id, { serial: 'B' }))).toBe('done');
    expect(await holder(unique, 'A')).toBeUndefined();
    expect(await statusOf(remove(plain, id))).toBe('done');
    expect(await holder(unique, 'B')).toBeUndefined();
  });

  test('that became one is claimed along when it is free, and refuses nothing else', async () => {
    const { create, change, remove, holder, claims } = newDirectory();
    const [first, second] = [await create(plain, { serial: 'A' }), await create(plain, { serial: 'A' })];
    expect(await holder(unique, 'A')).toBeUndefined();
    expect(await statusOf(change(unique, first, { label: 'x' }))).toBe('done');
    expect(await holder(unique, 'A')).toBe(first);
    expect(await statusOf(change(unique, second, { label: 'x' }))).toBe('done');
    expect(await claims(second)).toEqual([]);
    expect(await statusOf(change(unique, second, { serial: 'a' }))).toBe('done');
    expect(await statusOf(change(unique, second, { serial: 'C' }))).toBe('done');
    expect(await statusOf(change(unique, second, { serial: 'A' }))).toBe(409);
    await remove(unique, second);
    expect(await holder(unique, 'C')).toBeUndefined();
    expect(await holder(unique, 'A')).toBe(first);
  });

  test('of a removed schema is found, also when the URN of another begins the same', () => {
    const [short, long] = [{ 'urn:x:p': { n: '1' } }, { 'urn:x:p:q': { n: '2' } }];
    for (const attributes of [
      { ...short, ...long },
      { ...long, ...short },
    ]) {
      expect(claimedValue('urn:x:p:n#1', attributes)).toBe('1');
      expect(claimedValue('urn:x:p:q:n#2', attributes)).toBe('2');
    }
  });

  test('that is longer than a key refuses no change of what was there before it became unique', async () => {
    const { create, change } = newDirectory();
    const long = 'x'.repeat(900);
    const id = await create(plain, { serial: long });
    expect(await statusOf(change(unique, id, { label: 'x' }))).toBe('done');
    expect(await statusOf(create(unique, { serial: long }))).toBe(400);
  });

  test('whose case comes to matter, or not to, stays with who has it', async () => {
    const { create, change, remove, holder } = newDirectory();
    const id = await create(unique, { serial: 'Ab' });
    expect(await statusOf(change(exact, id, { label: 'x' }))).toBe('done');
    expect(await holder(exact, 'Ab')).toBe(id);
    expect(await holder(unique, 'ab')).toBeUndefined();
    const other = await create(exact, { serial: 'AB' });
    expect(await statusOf(change(unique, other, { label: 'x' }))).toBe('done');
    expect(await statusOf(change(unique, id, { label: 'y' }))).toBe('done');
    expect(await holder(unique, 'ab')).toBe(other);
    expect(await statusOf(remove(unique, id))).toBe('done');
    expect(await statusOf(remove(exact, other))).toBe('done');
    expect(await holder(unique, 'ab')).toBeUndefined();
  });

  test.each([
    ['string', { uniqueness: 'server' }, 'Ab', 'ab'],
    ['exact string', { uniqueness: 'server', caseExact: true }, 'Ab', 'Ab'],
    ['a ligature', { uniqueness: 'server' }, 'ﬁ', 'fi'],
    ['binary', { uniqueness: 'server', type: 'binary' }, 'QUJD', 'QUJD'],
    ['integer', { uniqueness: 'server', type: 'integer' }, 5, '5'],
    ['boolean', { uniqueness: 'server', type: 'boolean' }, true, 'true'],
    ['dateTime', { uniqueness: 'server', type: 'dateTime' }, '1970-01-01T01:00:01+01:00', '1000'],
    ['what is no time', { uniqueness: 'server', type: 'dateTime' }, 'Soon', 'soon'],
  ] as const)('is claimed as it compares: %s', (_, serial, value, compared) => {
    const { claims, keys } = heldValues(typeWith(serial), 'id', { serial: value });
    expect([claims[0]?.key, keys.name]).toEqual([`serial#${compared}`, compared]);
    expect(claimKey(typeWith(serial), 'serial', String(value))).toBe(`serial#${compared}`);
  });
});
