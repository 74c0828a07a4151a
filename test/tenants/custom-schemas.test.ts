// Custom schemas: extensions of users, and resource types with every kind of attribute.

import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema, removeSchema } from '../../lambdas/operations/change-schemas.ts';
import { SchemaError } from '../../lambdas/operations/schema-definitions.ts';
import { readCounter } from '../../lambdas/resources/counters-table.ts';
import { documents } from '../../lambdas/table/client.ts';
import { counterKey } from '../../lambdas/table/keys.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();

const BADGE = 'urn:ietf:params:scim:schemas:extension:Veldt:2.0:User';
const TEST_RESOURCE = 'urn:veldt:params:scim:schemas:TestResource';

const testResource = {
  schema: {
    id: TEST_RESOURCE,
    name: 'TestResource',
    attributes: [
      { name: 'label', type: 'string', required: true, uniqueness: 'server' },
      { name: 'serial', type: 'string', caseExact: true, uniqueness: 'global' },
      { name: 'count', type: 'integer' },
      { name: 'ratio', type: 'decimal' },
      { name: 'on', type: 'boolean' },
      { name: 'since', type: 'dateTime' },
      { name: 'blob', type: 'binary' },
      { name: 'link', type: 'reference', referenceTypes: ['external'] },
      { name: 'tags', type: 'string', multiValued: true },
      { name: 'pin', type: 'string', mutability: 'writeOnly', returned: 'never' },
      { name: 'origin', type: 'string', mutability: 'immutable' },
      { name: 'computed', type: 'string', mutability: 'readOnly' },
      { name: 'notes', type: 'string', returned: 'request' },
      { name: 'kind', type: 'string', returned: 'always' },
      {
        name: 'parts',
        type: 'complex',
        multiValued: true,
        subAttributes: [
          { name: 'value' },
          { name: 'weight', type: 'decimal' },
          { name: 'primary', type: 'boolean' },
        ],
      },
    ],
  },
  resourceType: { name: 'TestResource', endpoint: '/TestResources' },
};

beforeAll(async () => {
  await client.createTenant();
  await addSchema(client.incarnation, {
    id: BADGE,
    name: 'Veldt',
    attributes: [
      { name: 'badge', uniqueness: 'server' },
      { name: 'floor', type: 'integer' },
    ],
  });
  await addSchema(client.incarnation, testResource);
});

test('a new resource type is counted from its first resource on, but not one that comes back', async () => {
  expect(await readCounter(client.incarnation, 'TestResource')).toBe(0);
  const other = new ScimClient();
  const tenant = await other.createTenant();
  await addSchema(tenant, testResource);
  await other.post('/TestResources', { label: 'a' });
  await removeSchema(tenant, TEST_RESOURCE);
  await documents.send(
    new DeleteCommand({ TableName: process.env.TABLE_NAME, Key: counterKey(tenant, 'TestResource') }),
  );
  await addSchema(tenant, testResource);
  expect(await readCounter(tenant, 'TestResource')).toBeUndefined();
});

describe('an extension', () => {
  test('is served, stored, filtered and patched, with or without its URN in schemas', async () => {
    const { body } = await client.post('/Users', {
      userName: 'ext@veldt.example',
      [BADGE]: { badge: 'B-1', floor: 3 },
    });
    expect(body.schemas).toContain(BADGE);
    const found = await client.get(`/Users${filterBy(`${BADGE}:floor gt 2`)}`);
    expect(found.body.Resources.map(({ id }) => id)).toEqual([body.id]);
    const patched = await client.patchWith(`/Users/${body.id}`, {
      op: 'Replace',
      path: `${BADGE}:floor`,
      value: '4',
    });
    expect(patched.body[BADGE]).toEqual({ badge: 'B-1', floor: 4 });
    const { body: schemas } = await client.get('/Schemas');
    expect(schemas.Resources.map(({ id }) => id)).toContain(BADGE);
    const { body: type } = await client.get('/ResourceTypes/User');
    expect(type.schemaExtensions).toContainEqual({ schema: BADGE, required: false });
  });

  test('may have a unique attribute', async () => {
    await client.post('/Users', { userName: 'u1@veldt.example', [BADGE]: { badge: 'B-7' } });
    const { status, body } = await client.post('/Users', {
      userName: 'u2@veldt.example',
      [BADGE]: { badge: 'b-7' },
    });
    expect({ status, scimType: body.scimType }).toEqual({ status: 409, scimType: 'uniqueness' });
    expect(body.detail).toContain(`${BADGE}:badge`);
  });

  test('of one tenant is not one of another, which only keeps it (S3.6)', async () => {
    const other = new ScimClient();
    const sent = { userName: 'x@veldt.example', [BADGE]: { badge: 'B-1', floor: 'x' } };
    expect((await other.post('/Users', sent)).body[BADGE]).toEqual({ badge: 'B-1', floor: 'x' });
    const { body: schemas } = await other.get('/Schemas');
    expect(schemas.Resources.map(({ id }) => id)).not.toContain(BADGE);
    expect((await other.get('/TestResources')).status).toBe(404);
  });
});

describe('a resource type', () => {
  const sent = {
    label: 'One',
    serial: 'Aa',
    count: 7,
    ratio: 1.5,
    on: true,
    since: '2026-01-02T03:04:05Z',
    blob: 'aGVsbG8=',
    link: 'https://veldt.example/one',
    tags: ['a', 'b'],
    pin: '1234',
    origin: 'here',
    computed: 'never stored',
    notes: 'on request',
    kind: 'shown',
    parts: [{ value: 'p', weight: 0.5, primary: true }],
  };

  test('keeps every type of attribute, and returns what each may return', async () => {
    const { status, body, headers } = await client.post('/TestResources', sent);
    expect(status).toBe(201);
    const { pin, computed, notes, ...shown } = sent;
    expect(body).toMatchObject(shown);
    for (const hidden of ['pin', 'computed', 'notes']) expect(body).not.toHaveProperty(hidden);
    expect(headers.Location).toBe(`${client.tenantUrl}/TestResources/${body.id}`);
    expect(body.meta).toMatchObject({ resourceType: 'TestResource' });
    const asked = await client.get(`/TestResources/${body.id}?attributes=notes,pin`);
    expect(asked.body).toEqual({ schemas: [TEST_RESOURCE], id: body.id, notes, kind: 'shown' });
  });

  test('is found by its unique attributes and by any other', async () => {
    const { body } = await client.post('/TestResources', { ...sent, label: 'Two', serial: 'Bb' });
    for (const filter of ['label eq "TWO"', 'serial eq "Bb"', 'parts[weight lt 1] and label eq "two"']) {
      const found = await client.get(`/TestResources${filterBy(filter)}`);
      expect({ filter, ids: found.body.Resources.map(({ id }) => id) }).toEqual({ filter, ids: [body.id] });
    }
    expect((await client.get(`/TestResources${filterBy('serial eq "bb"')}`)).body.totalResults).toBe(0);
  });

  test('holds each unique value once, by the case that the attribute wants', async () => {
    await client.post('/TestResources', { label: 'Three', serial: 'Cc' });
    const create = async (label: string, serial: string) =>
      (await client.post('/TestResources', { label, serial })).status;
    expect(await create('THREE', 'Dd')).toBe(409);
    expect(await create('Four', 'Cc')).toBe(409);
    expect(await create('Five', 'cC')).toBe(201);
  });

  test('refuses to change what is immutable, by PUT and by PATCH', async () => {
    const { body } = await client.post('/TestResources', { label: 'Six', origin: 'here' });
    const path = `/TestResources/${body.id}`;
    const put = await client.put(path, { label: 'Six', origin: 'there' });
    const patch = await client.patchWith(path, { op: 'replace', path: 'origin', value: 'there' });
    for (const answer of [put, patch]) {
      expect([answer.status, answer.body.scimType]).toEqual([400, 'mutability']);
    }
    expect((await client.put(path, { label: 'Six', origin: 'here', count: 1 })).body.count).toBe(1);
  });

  test('is described by ResourceTypes and Schemas, listed, and deleted', async () => {
    const { body: type } = await client.get('/ResourceTypes/TestResource');
    expect(type).toMatchObject({ endpoint: '/TestResources', schema: TEST_RESOURCE });
    expect((await client.get(`/Schemas/${TEST_RESOURCE}`)).body.attributes).toHaveLength(15);
    const { body } = await client.post('/TestResources', { label: 'Seven' });
    expect((await client.get('/TestResources?count=1')).body.itemsPerPage).toBe(1);
    expect((await client.delete(`/TestResources/${body.id}`)).status).toBe(204);
    expect((await client.get(`/TestResources/${body.id}`)).status).toBe(404);
  });

  test.each([
    ['an integer that is none', { label: 'x', count: 1.5 }],
    ['a decimal that no table can hold', { label: 'x', ratio: 1e300 }],
    ['an integer beyond exactness', { label: 'x', count: 1e21 }],
    ['a date that is none', { label: 'x', since: 'yesterday' }],
    ['a required attribute that is missing', { count: 1 }],
  ])('refuses %s with invalidValue', async (_, body) => {
    const { status, body: error } = await client.post('/TestResources', body);
    expect([status, error.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('a definition is refused', () => {
  const schema = { id: 'urn:veldt:x', name: 'X', attributes: [{ name: 'a' }] };
  test.each([
    ['without a URN', { ...schema, id: 'x' }],
    ['without attributes', { ...schema, attributes: [] }],
    ['with an attribute twice', { ...schema, attributes: [{ name: 'a' }, { name: 'A' }] }],
    ['with a type that there is none of', { ...schema, attributes: [{ name: 'a', type: 'text' }] }],
    [
      'with a complex attribute that has no parts',
      { ...schema, attributes: [{ name: 'a', type: 'complex' }] },
    ],
    ['with a name that filters cannot write', { ...schema, attributes: [{ name: 'a b' }] }],
    ['with a standard URN', { ...schema, id: 'urn:ietf:params:scim:schemas:core:2.0:User' }],
    ['for a resource type that there is none of', { schema, extends: 'Shoe' }],
    ['for an endpoint that is taken', { schema, resourceType: { name: 'X', endpoint: '/Users' } }],
    ['for an endpoint of the protocol', { schema, resourceType: { name: 'X', endpoint: '/Bulk' } }],
    ['that is no object', 7],
  ])('%s', async (_, input) => {
    await expect(addSchema(client.incarnation, input)).rejects.toThrow(SchemaError);
  });
});

test('what a schema stored is kept and shown after it was removed, as undeclared (S2.5)', async () => {
  const own = new ScimClient();
  await own.createTenant();
  await addSchema(own.incarnation, { id: BADGE, name: 'Veldt', attributes: [{ name: 'badge' }] });
  const { body } = await own.post('/Users', { userName: 'r@veldt.example', [BADGE]: { badge: 'B-1' } });
  await removeSchema(own.incarnation, BADGE);
  expect((await own.get(`/Users/${body.id}`)).body[BADGE]).toEqual({ badge: 'B-1' });
  expect((await own.put(`/Users/${body.id}`, { userName: 'r@veldt.example' })).body[BADGE]).toEqual({
    badge: 'B-1',
  });
  await expect(removeSchema(own.incarnation, BADGE)).rejects.toThrow(SchemaError);
});

describe('a unique attribute of a type of the tenant', () => {
  const own = new ScimClient();
  const definitionOf = (name: string, attributes: readonly object[]) => ({
    schema: { id: `urn:veldt:${name}`, name, attributes },
    resourceType: { name, endpoint: `/${name}s` },
  });
  const serialOf = (caseExact: boolean) => ({ name: 'serial', uniqueness: 'server', caseExact });
  const find = async (path: string, serial: string) =>
    (await own.get(`${path}${filterBy(`serial eq ${JSON.stringify(serial)}`)}`)).body.totalResults;

  beforeAll(() => own.createTenant());

  test('finds its resource without a walk, and goes on finding everybody when it was not always unique', async () => {
    const lookups = async (definition: object) =>
      (await addSchema(own.incarnation, definition)).definition.lookups;
    expect(await lookups(definitionOf('Phone', [serialOf(false)]))).toEqual(['serial']);
    expect((await own.post('/Phones', { serial: 'A' })).status).toBe(201);
    expect(await find('/Phones', 'a')).toBe(1);
    // No longer unique, then unique again: some resources may not have claimed their value.
    expect(await lookups(definitionOf('Phone', [{ name: 'serial' }]))).toEqual([]);
    expect((await own.post('/Phones', { serial: 'B' })).status).toBe(201);
    const again = await addSchema(own.incarnation, definitionOf('Phone', [serialOf(false)]));
    expect(again).toMatchObject({ definition: { lookups: [] }, doubles: [] });
    expect(await find('/Phones', 'b')).toBe(1);
    expect(await find('/Phones', 'a')).toBe(1);
  });

  test('is not looked up by when its case comes to matter', async () => {
    await addSchema(own.incarnation, definitionOf('Key', [serialOf(false)]));
    expect((await own.post('/Keys', { serial: 'Ab' })).status).toBe(201);
    const { definition } = await addSchema(own.incarnation, definitionOf('Key', [serialOf(true)]));
    expect(definition.lookups).toEqual([]);
    expect(await find('/Keys', 'Ab')).toBe(1);
    expect(await find('/Keys', 'ab')).toBe(0);
  });

  describe.each([
    ['dateTime', false, '2020-01-01T00:00:00Z', '2020-01-01T01:00:00.000+01:00', '2020-01-01T00:00:01Z'],
    ['binary', false, 'QUJD', undefined, 'qujd'],
    ['string', false, 'Straße', 'STRAßE', 'Strasse'],
    ['string', true, 'Ab', undefined, 'ab'],
    ['reference', true, 'https://veldt.example/A', undefined, 'https://veldt.example/a'],
    ['integer', false, 5, 5.0, 50],
    ['decimal', false, 0.5, 5e-1, 0.25],
  ])('of type %s, caseExact %j', (type, caseExact, one, same, other) => {
    const name = `T${type}${caseExact}`;
    const create = async (serial: unknown) => (await own.post(`/${name}s`, { serial })).status;
    const count = async (condition: string) =>
      (await own.get(`/${name}s${filterBy(condition)}`)).body.totalResults;

    beforeAll(async () => {
      const references = type === 'reference' ? { referenceTypes: ['external'] } : {};
      const serial = { ...serialOf(caseExact), type, ...references };
      const { definition } = await addSchema(own.incarnation, definitionOf(name, [serial]));
      expect(definition.lookups).toEqual(['serial']);
    });

    test('is taken as it compares, and found by all that equals it', async () => {
      expect(await create(one)).toBe(201);
      expect(await create(one)).toBe(409);
      if (same !== undefined) expect(await create(same)).toBe(409);
      expect(await create(other)).toBe(201);
      for (const value of [one, same, other].filter((some) => some !== undefined)) {
        const condition = `serial eq ${JSON.stringify(value)}`;
        expect([value, await count(condition)]).toEqual([value, 1]);
        // Walked, because no lookup serves a negation.
        expect([value, await count(`not (not (${condition}))`)]).toEqual([value, 1]);
      }
    });
  });

  test('that becomes a time, or bytes, is not looked up by, and is found all the same', async () => {
    const timeOf = (type: string) => definitionOf('Clock', [{ ...serialOf(false), type }]);
    await addSchema(own.incarnation, timeOf('string'));
    expect((await own.post('/Clocks', { serial: '2020-01-01T00:00:00Z' })).status).toBe(201);
    const { definition, doubles } = await addSchema(own.incarnation, timeOf('dateTime'));
    expect([definition.lookups, doubles]).toEqual([[], []]);
    expect(await find('/Clocks', '2020-01-01T01:00:00+01:00')).toBe(1);
  });

  test('that comes late tells which values several have', async () => {
    await addSchema(own.incarnation, definitionOf('Door', [{ name: 'serial' }]));
    const created = [];
    for (const serial of ['X', 'x', 'y']) created.push((await own.post('/Doors', { serial })).body.id);
    const { doubles } = await addSchema(own.incarnation, definitionOf('Door', [serialOf(false)]));
    expect(doubles).toEqual([
      { attribute: 'serial', value: expect.stringMatching(/x/i), ids: created.slice(0, 2).sort() },
    ]);
  });
});
