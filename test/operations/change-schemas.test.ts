// What a schema that is added to a tenant must not do: change the spelling of names, or make too many attributes unique.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema, removeSchema } from '../../lambdas/operations/change-schemas.ts';
import { SchemaError } from '../../lambdas/operations/schema-definitions.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();

beforeAll(() => client.createTenant());

describe('a schema that comes again', () => {
  const urn = 'urn:veldt:Again';
  const withAttributes = (id: string, ...attributes: object[]) => ({ id, name: 'Again', attributes });
  const person = { name: 'person', type: 'complex', subAttributes: [{ name: 'value' }] };

  beforeAll(() => addSchema(client.incarnation, withAttributes(urn, { name: 'plate' }, person)));

  test.each<[string, object]>([
    ['its URN', withAttributes('urn:Veldt:again', { name: 'plate' })],
    ['an attribute', withAttributes(urn, { name: 'Plate' })],
    ['a sub-attribute', withAttributes(urn, { ...person, subAttributes: [{ name: 'Value' }] })],
  ])('cannot spell %s in another way, because values are stored', async (_, schema) => {
    await expect(addSchema(client.incarnation, schema)).rejects.toThrow(/cannot be spelt/);
  });

  test('may leave attributes out and bring new ones', async () => {
    await addSchema(client.incarnation, withAttributes(urn, { name: 'Door' }, { name: 'plate' }));
  });
});

describe('unique attributes', () => {
  const wide = (unique: number) => ({
    schema: {
      id: 'urn:veldt:Wide',
      name: 'Wide',
      attributes: Array.from({ length: unique }, (_, n) => ({ name: `a${n}`, uniqueness: 'server' })),
    },
    resourceType: { name: 'Wide', endpoint: '/Wides' },
  });
  const values = (prefix: string) => ({
    schemas: ['urn:veldt:Wide'],
    ...Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`a${n}`, `${prefix}${n}`])),
  });

  test('are 25 of a type at most: all of them change in one transaction', async () => {
    const wideClient = new ScimClient();
    await wideClient.createTenant();
    await expect(addSchema(wideClient.incarnation, wide(26))).rejects.toThrow(/more than 25 unique/);
    await addSchema(wideClient.incarnation, wide(25));
    const { body } = await wideClient.post('/Wides', values('before'));
    expect(await wideClient.put(`/Wides/${body.id}`, values('after'))).toMatchObject({ status: 200 });
  });

  test('of all extensions count together, with those of the type itself', async () => {
    const schema = { ...wide(25).schema, id: 'urn:veldt:More' };
    await expect(addSchema(client.incarnation, schema)).rejects.toThrow(/User would have more than 25/);
  });
});

describe('a schema that can never work is refused (S2.5)', () => {
  const long = `urn:veldt:${'x'.repeat(140)}`;
  const extension = (id: string, ...attributes: object[]) => ({ id, name: 'Never', attributes });
  test.each<[string, object, RegExp]>([
    [
      '120 unique attributes',
      extension(
        'urn:v:Many',
        ...Array.from({ length: 120 }, (_, n) => ({ name: `a${n}`, uniqueness: 'server' })),
      ),
      /more than 25 unique/,
    ],
    [
      'a key too long',
      extension(long, {
        name: 'y'.repeat(64),
        type: 'complex',
        subAttributes: [{ name: 'z'.repeat(64), uniqueness: 'server' }],
      }),
      /cannot be unique/,
    ],
    ['schemas in an extension', extension('urn:v:Common', { name: 'Schemas' }), /part of every resource/],
    ['meta in an extension', extension('urn:v:Common', { name: 'meta' }), /part of every resource/],
    ['a URN that no path can have', extension('urn:v:a[b]', { name: 'x' }), /without brackets/],
    [
      'no item would hold',
      extension('urn:v:Big', { name: 'x', description: 'd'.repeat(200_000) }),
      /at most 100000 bytes/,
    ],
  ])('%s', async (_, schema, refusal) => {
    await expect(addSchema(client.incarnation, schema)).rejects.toThrow(refusal);
  });

  test('a long name that is not unique works', async () => {
    const name = 'y'.repeat(60);
    await addSchema(client.incarnation, extension(long, { name }));
    const { body } = await client.post('/Users', { userName: 'long', [long]: { [name]: 'v' } });
    expect(body[long]).toEqual({ [name]: 'v' });
  });
});

test('what is writeOnly is never returned, not even after its schema was removed (S2.5)', async () => {
  const own = new ScimClient();
  const tenant = await own.createTenant();
  const urn = 'urn:veldt:Secret';
  const pin = { name: 'pin', mutability: 'writeOnly', returned: 'always' };
  const door = { name: 'door', type: 'complex', subAttributes: [{ name: 'zone' }, { ...pin, name: 'code' }] };
  await addSchema(tenant, { id: urn, name: 'Secret', attributes: [pin, door, { name: 'plate' }] });
  const { body } = await own.post('/Users', {
    userName: 'a',
    [urn]: { pin: '1234', door: { zone: 'N', code: '5678' }, plate: 'B' },
  });
  const shown = async () => (await own.get(`/Users/${body.id}`)).body[urn];
  expect(body[urn]).toEqual({ door: { zone: 'N' }, plate: 'B' });
  expect(await shown()).toEqual(body[urn]);
  const { body: schemas } = await own.get(`/Schemas/${urn}`);
  expect(JSON.stringify(schemas)).not.toContain('always');
  await removeSchema(tenant, urn);
  expect((await own.get('/Schemas')).body.Resources.map(({ id }) => id)).not.toContain(urn);
  expect(await shown()).toEqual({ plate: 'B' });
  expect((await own.get(`/Users${filterBy(`${urn}:pin eq "1234"`)}`)).body.totalResults).toBe(0);
  const { body: put } = await own.put(`/Users/${body.id}`, { userName: 'a' });
  expect(put[urn]).toEqual({ plate: 'B' });
  await expect(removeSchema(tenant, urn)).rejects.toThrow(SchemaError);
  for (const attributes of [[pin, { name: 'plate' }], [{ name: 'plate' }]]) {
    await addSchema(tenant, { id: urn, name: 'Secret', attributes });
    expect(await shown()).toEqual({ plate: 'B' });
  }
  await removeSchema(tenant, urn);
  expect(await shown()).toEqual({ plate: 'B' });
});

test("a Group extension's attribute named members is not membership (S2.5)", async () => {
  const own = new ScimClient();
  const tenant = await own.createTenant();
  const urn = 'urn:veldt:Team';
  await addSchema(
    tenant,
    { id: urn, name: 'Team', attributes: [{ name: 'members', multiValued: true }] },
    'Group',
  );
  const { body: user } = await own.post('/Users', { userName: 'm' });
  const { body } = await own.post('/Groups', {
    displayName: 'g',
    members: [{ value: user.id }],
    [urn]: { members: ['x', 'y'] },
  });
  const membersAfter = async () => {
    const { body: read } = await own.get(`/Groups/${body.id}`);
    return [read.members?.map(({ value }) => value), read[urn]];
  };
  expect(await membersAfter()).toEqual([[user.id], { members: ['x', 'y'] }]);
  await own.patchWith(`/Groups/${body.id}`, { op: 'add', path: `${urn}:members`, value: ['z'] });
  expect(await membersAfter()).toEqual([[user.id], { members: ['x', 'y', 'z'] }]);
  await own.put(`/Groups/${body.id}`, { displayName: 'g', [urn]: { members: ['x'] } });
  expect(await membersAfter()).toEqual([[user.id], { members: ['x'] }]);
  await own.patchWith(`/Groups/${body.id}`, { op: 'remove', path: `${urn}:members` });
  expect(await membersAfter()).toEqual([[user.id], undefined]);
  const { body: found } = await own.get(`/Groups${filterBy(`${urn}:members eq "${user.id}"`)}`);
  expect(found.totalResults).toBe(0);
});

test('a required extension is demanded of every new resource, and cannot be removed from one (S3.10)', async () => {
  const own = new ScimClient();
  const tenant = await own.createTenant();
  const urn = 'urn:veldt:Needed';
  const { body: old } = await own.post('/Users', { userName: 'old' });
  const schema = { id: urn, name: 'Needed', attributes: [{ name: 'plate' }] };
  const { definition } = await addSchema(tenant, { schema, required: true });
  expect(definition).toMatchObject({ extends: 'User', required: true });
  const { body: type } = await own.get('/ResourceTypes/User');
  expect(type.schemaExtensions).toContainEqual({ schema: urn, required: true });
  const without = await own.post('/Users', { userName: 'a' });
  expect([without.status, without.body.scimType]).toEqual([400, 'invalidValue']);
  expect(without.body.detail).toContain(urn);
  const { body, status } = await own.post('/Users', { userName: 'a', [urn]: { plate: 'B' } });
  expect(status).toBe(201);
  for (const operations of [
    [{ op: 'remove', path: urn }],
    [{ op: 'remove', path: `${urn}:plate` }],
    [{ op: 'replace', value: { [urn]: { plate: null } } }],
    [{ op: 'replace', path: `${urn}:plate`, value: '' }],
  ]) {
    const removal = await own.patchWith(`/Users/${body.id}`, ...operations);
    expect([removal.status, removal.body.scimType]).toEqual([400, 'mutability']);
  }
  const replaced = await own.patchWith(
    `/Users/${body.id}`,
    { op: 'remove', path: urn },
    { op: 'add', path: `${urn}:plate`, value: 'C' },
  );
  expect(replaced.body[urn]).toEqual({ plate: 'C' });
  expect((await own.patchWith(`/Users/${old.id}`, { op: 'add', path: 'title', value: 'x' })).status).toBe(
    200,
  );
  const readOnly = { ...schema, id: 'urn:veldt:Read', attributes: [{ name: 'x', mutability: 'readOnly' }] };
  await expect(addSchema(tenant, { schema: readOnly, required: true })).rejects.toThrow(/clients can write/);
  const resourceType = { name: 'Car', endpoint: '/Cars' };
  await expect(addSchema(tenant, { schema, resourceType, required: true })).rejects.toThrow(
    /for an extension/,
  );
});
