// What a request may be written in: methods, charsets, numbers and names, and what a client is told of those that it may not.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { SchemaError } from '../../lambdas/operations/schema-definitions.ts';
import { attribute } from '../../lambdas/scim/schemas/schema.ts';
import { putSchema } from '../../lambdas/tenants/schemas-table.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
let user: string;
let names = 0;

const createUser = async (more: object = {}): Promise<string> =>
  (await client.post('/Users', { userName: `u${++names}@veldt.example`, ...more })).body.id;

beforeAll(async () => {
  await client.createTenant();
  user = await createUser();
});

describe('HEAD (S2.1)', () => {
  test.each(['/Users', '/Groups?count=1', '/Schemas', '/ServiceProviderConfig', '/Nothing'])(
    '%s has the status and the headers of GET, and no body',
    async (path) => {
      const [head, get] = await Promise.all([client.exchange('HEAD', path), client.exchange('GET', path)]);
      const { 'X-Request-Id': _, ...headers } = get.headers ?? {};
      expect(head).toMatchObject({ statusCode: get.statusCode, headers, body: '' });
    },
  );

  test('of a user tells its version', async () => {
    const { statusCode, headers, body } = await client.exchange('HEAD', `/Users/${user}`);
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: '' });
    expect(headers?.ETag).toBe('W/"1"');
  });

  test('where there is no GET is not possible', async () => {
    const { statusCode, body } = await client.exchange('HEAD', '/Bulk');
    expect({ statusCode, body }).toEqual({ statusCode: 405, body: '' });
  });
});

test.each([
  ['PUT', '/Users', 'GET, HEAD, POST'],
  ['POST', '/Users/x', 'GET, HEAD, PUT, PATCH, DELETE'],
  ['OPTIONS', '/Bulk', 'POST'],
  ['DELETE', '/Schemas', 'GET, HEAD'],
])('405 for %s %s names what is possible in Allow (S2.1)', async (method, path, allow) => {
  const { status, headers } = await client.send(method, path);
  expect({ status, allow: headers.Allow }).toEqual({ status: 405, allow });
});

describe('a body that says that it is no plain UTF-8 (S2.1)', () => {
  const post = (headers: Record<string, string>) =>
    client.post('/Users', { userName: `u${++names}@veldt.example` }, { headers });

  test.each<Record<string, string>>([
    { 'Content-Type': 'application/json; charset=ISO-8859-1' },
    { 'content-type': 'application/scim+json;charset="utf-16"' },
    { 'Content-Encoding': 'gzip' },
    { 'content-encoding': 'identity, br' },
  ])('is 415: %j', async (headers) => {
    const { status, body } = await post(headers);
    expect({ status, shown: body.status }).toEqual({ status: 415, shown: '415' });
  });

  test.each<Record<string, string>>([
    { 'Content-Type': 'application/json; charset=UTF-8' },
    { 'Content-Type': 'application/scim+json; charset="utf-8"' },
    { 'Content-Type': 'text/plain' },
    { 'Content-Encoding': 'identity' },
    { 'Content-Encoding': '' },
  ])('and one that says so is taken: %j', async (headers) => {
    expect((await post(headers)).status).toBe(201);
  });

  test('does not matter where there is no body', async () => {
    const { status } = await client.get(`/Users/${user}`, { headers: { 'Content-Encoding': 'gzip' } });
    expect(status).toBe(200);
  });
});

describe('a body with what cannot be kept is refused, naming the place (S2.1)', () => {
  test.each([
    ['{"userName":"x","title":1e400}', 'title'],
    ['{"userName":"x","emails":[{"value":"a"},{"value":-1e400}]}', 'emails[1].value'],
    ['{"Operations":[{"op":"add","path":"title","value":1e400}]}', 'Operations[0].value'],
  ])('number: %s', async (body, place) => {
    const answer = await client.send('PUT', `/Users/${user}`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      scimType: 'invalidSyntax',
      detail: expect.stringContaining(` ${place} `),
    });
  });

  test.each([
    ['{"userName":"x","emails":[{"value":"\\ud800"}]}', 'emails[0].value'],
    ['{"userName":"x","name":{"a\\udc00":1}}', 'name'],
    ['{"userName":"x","\\udc00":1}', 'the body'],
  ])('half a character: %s', async (body, place) => {
    const answer = await client.send('POST', '/Users', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      scimType: 'invalidSyntax',
      detail: expect.stringContaining(` ${place} `),
    });
  });
});

describe('a name that cannot be stored (S2.1)', () => {
  const URN = 'urn:veldt:Odd:2.0:User';
  const odd = (name: string) => ({ id: URN, name: 'Odd', attributes: [{ name }] });
  const oddPart = (name: string) => ({
    id: URN,
    name: 'Odd',
    attributes: [{ name: 'desk', type: 'complex', subAttributes: [{ name }] }],
  });

  test.each([odd('constructor'), odd('__proto__'), oddPart('constructor')])(
    'is in no schema: %j',
    async (schema) => {
      await expect(addSchema(client.incarnation, schema)).rejects.toThrow(SchemaError);
    },
  );

  test('is a 400 in a value where a schema has it from before', async () => {
    const other = new ScimClient();
    const tenant = await other.createTenant();
    const parts = [attribute('constructor', ''), attribute('room', '')];
    const attributes = [attribute('desk', '', { subAttributes: parts })];
    await putSchema(tenant, {
      schema: { id: URN, name: 'Odd', description: '', attributes },
      extends: 'User',
    });
    const post = (desk: object) => other.post('/Users', { userName: 'x@veldt.example', [URN]: { desk } });
    const { status, body } = await post({ constructor: 'v', room: 'r' });
    expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: 'invalidValue' });
    expect(body.detail).toContain('constructor');
    expect((await post({ room: 'r' })).status).toBe(201);
  });
});

describe('clearing `active` (S2.3)', () => {
  const clearings = [
    { op: 'replace', path: 'active', value: '' },
    { op: 'Replace', path: 'active', value: null },
    { op: 'remove', path: 'active' },
    { op: 'add', value: { active: null } },
    { op: 'Replace', value: { active: '' } },
  ];

  /** In which of these filters the user is found. */
  const foundBy = async (id: string) => {
    const filters = ['active eq true', 'active eq false', 'active ne true', 'not (active eq false)'];
    const found = await Promise.all(
      filters.map((filter) => client.get(`/Users${filterBy(`id eq "${id}" and (${filter})`)}`)),
    );
    return filters.filter((_, at) => found[at]?.body.totalResults === 1);
  };

  test.each(clearings)('leaves a disabled user disabled: %j', async (operation) => {
    const id = await createUser({ active: false });
    expect((await client.patchWith(`/Users/${id}`, operation)).status).toBe(200);
    expect((await client.get(`/Users/${id}`)).body.active).toBe(false);
    expect(await foundBy(id)).toEqual(['active eq false', 'active ne true']);
  });

  test.each(clearings)('leaves an active user active for every filter: %j', async (operation) => {
    const id = await createUser();
    expect((await client.patchWith(`/Users/${id}`, operation)).status).toBe(200);
    expect((await client.get(`/Users/${id}`)).body.active).not.toBe(false);
    expect(await foundBy(id)).toEqual(['active eq true', 'not (active eq false)']);
  });
});
