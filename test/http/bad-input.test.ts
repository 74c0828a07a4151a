// No input gets a 5xx, and every refusal is a SCIM error that says what to fix.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
let user: string;
let group: string;

beforeAll(async () => {
  user = (await client.post('/Users', { userName: 'victim@veldt.example' })).body.id;
  group = (await client.post('/Groups', { displayName: 'Victims' })).body.id;
});

const expectError = (
  { status, body, headers }: Awaited<ReturnType<typeof client.get>>,
  expected: { status: number; scimType?: string },
) => {
  expect({ status, scimType: body.scimType }).toEqual({ scimType: undefined, ...expected });
  expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
  expect(body.status).toBe(String(expected.status));
  expect(body.detail).toMatch(/^\S.{10,}[.\w]$/s);
  expect(headers['Content-Type']).toBe('application/scim+json');
};

describe('a body that is refused', () => {
  test.each([
    ['no body', undefined, 400, 'invalidSyntax'],
    ['no JSON', '{"userName": "x"', 400, 'invalidSyntax'],
    ['an array', '[]', 400, 'invalidSyntax'],
    ['a text', '"x"', 400, 'invalidSyntax'],
    ['null', 'null', 400, 'invalidSyntax'],
    ['nesting of 100,000 levels', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400, 'invalidSyntax'],
    ['more than 1 MB', `{"userName":"${'x'.repeat(1_048_577)}"}`, 413, undefined],
    ['a user without userName', '{"displayName":"x"}', 400, 'invalidValue'],
    ['an empty userName', '{"userName":""}', 400, 'invalidValue'],
    ['a userName of 2,000 characters', `{"userName":"${'x'.repeat(2000)}"}`, 400, 'invalidValue'],
    ['a userName that unfolds beyond a key', `{"userName":"${'\uFDFA'.repeat(200)}"}`, 400, 'invalidValue'],
    [
      'an externalId of 2,000 characters',
      `{"userName":"x","externalId":"${'x'.repeat(2000)}"}`,
      400,
      'invalidValue',
    ],
    ['a userName that is an object', '{"userName":{"a":1}}', 400, 'invalidValue'],
    ['emails that are arrays', '{"userName":"x","emails":[[[1]]]}', 400, 'invalidValue'],
    ['active that is no boolean', '{"userName":"x","active":"perhaps"}', 400, 'invalidValue'],
    ['300 KB of attributes', `{"userName":"x","displayName":"${'x'.repeat(300_000)}"}`, 413, undefined],
  ])('POST /Users with %s', async (_, body, status, scimType) => {
    expectError(await client.send('POST', '/Users', { body }), { status, ...(scimType && { scimType }) });
  });

  test.each([
    ['a message that is no PatchOp', { op: 'replace' }, 400, 'invalidSyntax'],
    ['Operations that are no array', { Operations: 'x' }, 400, 'invalidSyntax'],
    ['an unknown op', { Operations: [{ op: 'move', path: 'title', value: 'x' }] }, 400, 'invalidSyntax'],
    [
      'an unreadable path',
      { Operations: [{ op: 'replace', path: 'emails[type eq', value: 'x' }] },
      400,
      'invalidPath',
    ],
    ['userName removed', { Operations: [{ op: 'remove', path: 'userName' }] }, 400, 'mutability'],
    [
      'a read-only attribute',
      { Operations: [{ op: 'replace', path: 'meta.created', value: 'x' }] },
      400,
      'mutability',
    ],
  ])('PATCH /Users with %s', async (_, body, status, scimType) => {
    const message = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], ...body };
    expectError(await client.patch(`/Users/${user}`, message), { status, scimType });
  });

  test('PATCH that fails in its second operation stores nothing of the first', async () => {
    const answer = await client.patchWith(
      `/Users/${user}`,
      { op: 'replace', path: 'title', value: 'half' },
      { op: 'replace', path: 'emails[', value: 'x' },
    );
    expect(answer.status).toBe(400);
    expect((await client.get(`/Users/${user}`)).body.title).toBeUndefined();
  });

  test.each([
    ['an id of nobody', '7d420df3-9995-4831-a406-ecf8166f5f6a'],
    ['a name instead of an id', 'victim@veldt.example'],
    ['a very long id', 'x'.repeat(5000)],
  ])('a membership of %s', async (_, value) => {
    const add = { op: 'Add', path: 'members', value: [{ value }] };
    expectError(await client.patchWith(`/Groups/${group}`, add), { status: 400, scimType: 'invalidValue' });
    expect((await client.get(`/Groups/${group}`)).body.members).toBeUndefined();
  });

  test('a membership of the group in itself', async () => {
    const add = { op: 'Add', path: 'members', value: [{ value: group }] };
    expectError(await client.patchWith(`/Groups/${group}`, add), { status: 400, scimType: 'invalidValue' });
  });
});

describe('a query that is refused', () => {
  test.each([
    ['an unknown attribute', 'shoeSize eq "44"'],
    ['no operator', 'userName'],
    ['an unquoted literal of two words', 'userName eq alice smith'],
    ['an unclosed literal', 'userName eq "alice'],
    ['nothing', ''],
    ['4,000 brackets', '('.repeat(4000)],
    ['more than 4 KB', `userName eq "${'x'.repeat(5000)}"`],
  ])('a filter with %s', async (_, filter) => {
    expectError(await client.get(`/Users${filterBy(filter)}`), { status: 400, scimType: 'invalidFilter' });
  });

  test('a startIndex that is no number', async () => {
    expectError(await client.get('/Users?startIndex=one'), { status: 400, scimType: 'invalidValue' });
  });
});

describe('a cursor that is made up', () => {
  const cursorOf = (...parts: unknown[]) => btoa(JSON.stringify([Date.now() + 60_000, ...parts]));

  test.each([
    ['behind every id', cursorOf(20, '~zz')],
    ['with an empty id', cursorOf(20, '')],
    ['with an id of 2,000 characters', cursorOf(20, 'x'.repeat(2000))],
    ['with half a character', cursorOf(20, '\ud800')],
    ['with an id in capitals', cursorOf(20, '7D420DF3-9995-4831-A406-ECF8166F5F6A')],
    ['that counts backwards', cursorOf(20, -1)],
    ['of a list of -1', cursorOf(-1, '7d420df3-9995-4831-a406-ecf8166f5f6a')],
    ['of a list of 1.5', cursorOf(1.5, '7d420df3-9995-4831-a406-ecf8166f5f6a')],
    ['of an endless list', btoa('[1e400,1e400,"7d420df3-9995-4831-a406-ecf8166f5f6a"]')],
  ])('%s is refused', async (_, cursor) => {
    const query = new URLSearchParams({ cursor });
    expectError(await client.get(`/Users?${query}`), { status: 400, scimType: 'invalidCursor' });
    const search = new URLSearchParams({ cursor, filter: 'userName pr' });
    expectError(await client.get(`/Users?${search}`), { status: 400, scimType: 'invalidCursor' });
  });

  test('with the id of somebody who has left goes on behind it', async () => {
    const query = new URLSearchParams({ cursor: cursorOf(20, '00000000-0000-4000-8000-000000000000') });
    expect((await client.get(`/Users?${query}`)).status).toBe(200);
  });
});

describe('a place that is refused', () => {
  test.each([
    ['GET', '/Users/7d420df3-9995-4831-a406-ecf8166f5f6a', 404],
    ['GET', '/Users/x', 404],
    ['GET', `/Users/${'x'.repeat(5000)}`, 404],
    ['GET', '/Users/%00', 404],
    ['GET', '/Users/%zz', 404],
    ['GET', '/Users/a/b', 404],
    ['DELETE', '/Users/7d420df3-9995-4831-a406-ecf8166f5f6a', 404],
    ['DELETE', '/Groups/7d420df3-9995-4831-a406-ecf8166f5f6a', 404],
    ['DELETE', '/Users', 405],
    ['GET', '/Shoes', 404],
    ['GET', '/Schemas/urn:x', 404],
    ['GET', '/Schemas?filter=x', 403],
    ['GET', '/Me', 501],
    ['PATCH', '/Me', 501],
  ])('%s %s is %i', async (method, path, status) => {
    expectError(await client.send(method, path), { status });
  });

  test.each(['PUT', 'PATCH'])('%s of a user that does not exist is 404', async (method) => {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      userName: 'x',
      Operations: [{ op: 'replace', path: 'title', value: 'x' }],
    };
    const path = '/Users/7d420df3-9995-4831-a406-ecf8166f5f6a';
    expectError(await client.send(method, path, { body }), { status: 404 });
  });

  test('a member added to a group that does not exist is 404', async () => {
    const add = { op: 'Add', path: 'members', value: [{ value: user }] };
    const path = '/Groups/7d420df3-9995-4831-a406-ecf8166f5f6a';
    expectError(await client.patchWith(path, add), { status: 404 });
  });

  test("another tenant's token is 403, and shows nothing", async () => {
    expectError(await client.get(`/Users/${user}`, { tokenTenant: 'other' }), { status: 403 });
  });

  test.each(['tenant', 'tenantless'] as const)("another tenant's user is 404 (%s form)", async (form) => {
    expectError(await new ScimClient().in(form).get(`/Users/${user}`), { status: 404 });
  });
});

describe('half of a surrogate pair is no character', () => {
  const HALF = '\ud800';
  const SEARCH = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];

  test.each(['\ud800', '\udc00', 'x\udfff\ud800x'])('%j in a body', async (half) => {
    const bodies = [
      { userName: half },
      { userName: 'half', displayName: half },
      { userName: 'half', [half]: 1 },
      { userName: 'half', emails: [{ type: half, value: 'half@veldt.example' }] },
      { userName: 'half', emails: [{ type: 'work', value: half }] },
    ];
    const refused = { status: 400, scimType: 'invalidSyntax' };
    for (const body of bodies) {
      expectError(await client.post('/Users', body), refused);
      expectError(await client.put(`/Users/${user}`, body), refused);
    }
    for (const operation of [
      { op: 'replace', path: 'title', value: half },
      { op: 'replace', path: `emails[type eq "${half}"].value`, value: 'x' },
      { op: 'replace', value: { title: 'x', [half]: 'x' } },
    ]) {
      expectError(await client.patchWith(`/Users/${user}`, operation), refused);
    }
    expectError(await client.post('/Groups', { displayName: half }), refused);
    expectError(
      await client.patchWith(`/Groups/${group}`, { op: 'add', path: 'members', value: half }),
      refused,
    );
    expectError(
      await client.post('/Users/.search', { schemas: SEARCH, filter: `title eq "${half}"` }),
      refused,
    );
    expect((await client.get(`/Users${filterBy('userName eq "half"')}`)).body.totalResults).toBe(0);
    expect((await client.get(`/Users/${user}`)).body.userName).toBe('victim@veldt.example');
  });

  test.each([
    { method: 'DELETE', path: `/Users/${HALF}` },
    { method: 'PATCH', path: '/Users/x', data: { Operations: [{ op: 'add', value: { title: HALF } }] } },
    { method: 'POST', path: '/Users', bulkId: HALF, data: { userName: 'bulked2' } },
  ])('a bulk request with it is refused as a whole: %j', async (operation) => {
    const answer = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'bulked' } }, operation],
    });
    expectError(answer, { status: 400, scimType: 'invalidSyntax' });
    expect((await client.get(`/Users${filterBy('userName sw "bulked"')}`)).body.totalResults).toBe(0);
  });

  test('in a filter, where JSON can write it as an escape', async () => {
    const refused = { status: 400, scimType: 'invalidFilter' };
    for (const filter of ['userName eq "\\ud800"', 'title co "x\\uDC00"', 'emails[type eq "\\ud800"]']) {
      expectError(await client.get(`/Users${filterBy(filter)}`), refused);
      expectError(await client.post('/Users/.search', { schemas: SEARCH, filter }), refused);
    }
    const path = 'emails[type eq "\\ud800"].value';
    const { status } = await client.patchWith(`/Users/${user}`, { op: 'replace', path, value: 'x' });
    expect(status).toBe(400);
  });

  test('a whole pair is one, written as it is or as escapes', async () => {
    const body = '{"userName":"\\ud83d\\ude00@veldt.example"}';
    expect((await client.send('POST', '/Users', { body })).body.userName).toBe('😀@veldt.example');
    for (const filter of ['userName eq "\\ud83d\\ude00@veldt.example"', 'userName eq "😀@veldt.example"'])
      expect((await client.get(`/Users${filterBy(filter)}`)).body.totalResults).toBe(1);
  });
});

test('keys that name the prototype are data like any other', async () => {
  const body =
    '{"userName":"proto@veldt.example","__proto__":{"active":false},"constructor":{"x":1},"name":{"__proto__":{"formatted":"x"}}}';
  const created = await client.send('POST', '/Users', { body });
  expect(created.status).toBe(201);
  const { body: read } = await client.get(`/Users/${created.body.id}`);
  expect(Object.keys(read).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'userName']);
});
