// The budgets of request units: what an operation may cost, whatever the size of the tenant. They are measured on dynoxide:
// DynamoDB Local charges the index writes of a transaction twice, which AWS does not.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { consumedBy } from '../support/consumed-capacity.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();

const person = (name: string) => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  externalId: name,
  userName: `${name}@veldt.example`,
  active: true,
  displayName: `Person ${name}`,
  emails: [{ primary: true, type: 'work', value: `${name}@veldt.example` }],
  name: { formatted: `Person ${name}`, familyName: name, givenName: 'Person' },
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
    employeeNumber: 'E-1',
    department: 'Water',
  },
});

let userIds: string[];
let groupId: string;

beforeAll(async () => {
  const created = await Promise.all(
    Array.from({ length: 30 }, (_, index) => client.post('/Users', person(`b${index}`))),
  );
  userIds = created.map(({ body }) => body.id);
  const members = userIds.slice(0, 10).map((value) => ({ value }));
  groupId = (await client.post('/Groups', { displayName: 'Budget', members })).body.id;
});

const expectOk = async (answer: Promise<{ status: number }>) =>
  expect([200, 201, 204]).toContain((await answer).status);

describe('an operation costs at most', () => {
  test('8 write and 1 read units to create a user', async () => {
    const { read, write } = await consumedBy(() => expectOk(client.post('/Users', person('new'))));
    expect(write).toBeLessThanOrEqual(8);
    expect(read).toBeLessThanOrEqual(1);
  });

  test.each([
    ['userName', 'userName eq "B3@veldt.example"', 1],
    ['userName of nobody', 'userName eq "nobody@veldt.example"', 0],
    ['externalId', 'externalId eq "b3"', 1],
    ['externalId of nobody', 'externalId eq "nobody"', 0],
    ['work e-mail', 'emails[type eq "work"].value eq "b3@veldt.example"', 1],
  ])('2 read units to find a user by %s', async (_, filter, hits) => {
    const { read, write, calls } = await consumedBy(async () => {
      const { body } = await client.get(`/Users${filterBy(filter)}`);
      expect(body.totalResults).toBe(hits);
    });
    expect(read).toBeLessThanOrEqual(2);
    expect(write).toBe(0);
    expect(calls).toBeLessThanOrEqual(2);
  });

  test('1 read unit to read a user', async () => {
    const consumed = await consumedBy(() => expectOk(client.get(`/Users/${userIds[0]}`)));
    expect(consumed).toEqual({ read: 1, write: 0, calls: 1 });
  });

  test('3 write and 1 read units to patch a user, and no write when nothing changes', async () => {
    const patch = () =>
      expectOk(
        client.patchWith(`/Users/${userIds[1]}`, { op: 'Replace', path: 'displayName', value: 'Other' }),
      );
    const first = await consumedBy(patch);
    expect(first.write).toBeLessThanOrEqual(3);
    expect(first.read).toBeLessThanOrEqual(1);
    expect(await consumedBy(patch)).toEqual({ read: 1, write: 0, calls: 1 });
  });

  test('1 write unit, for the entry in the provisioning log, to refuse a request', async () => {
    const refused = async () => expect((await client.post('/Users', { userName: '' })).status).toBe(400);
    expect(await consumedBy(refused)).toEqual({ read: 0, write: 1, calls: 1 });
  });

  test('6 write and 2 read units to add or remove one member', async () => {
    const value = [{ value: userIds[20] }];
    for (const op of ['Add', 'Remove']) {
      const { read, write } = await consumedBy(() =>
        expectOk(client.patchWith(`/Groups/${groupId}`, { op, path: 'members', value })),
      );
      expect(write).toBeLessThanOrEqual(6);
      expect(read).toBeLessThanOrEqual(2);
    }
  });

  test('4k + 2 write and 2k + 1 read units to add k members', async () => {
    const value = userIds.slice(10, 30).map((id) => ({ value: id }));
    const { read, write } = await consumedBy(() =>
      expectOk(client.patchWith(`/Groups/${groupId}`, { op: 'Add', path: 'members', value })),
    );
    expect(write).toBeLessThanOrEqual(82);
    expect(read).toBeLessThanOrEqual(41);
  });

  test('2 read units to check a membership, or to read a group without its members', async () => {
    const filter = filterBy(`id eq "${groupId}" and members eq "${userIds[0]}"`);
    const check = await consumedBy(async () => {
      const { body } = await client.get(`/Groups${filter}&attributes=id`);
      expect(body.totalResults).toBe(1);
    });
    const read = await consumedBy(() =>
      expectOk(client.get(`/Groups/${groupId}?excludedAttributes=members`)),
    );
    expect(check.read).toBeLessThanOrEqual(2);
    expect(read.read).toBeLessThanOrEqual(2);
  });
});

test('a bulk request of 500 creations is done in the time that it has, and answers in their order', async () => {
  const names = Array.from({ length: 500 }, (_, index) => `quick${index}`);
  const { status, body } = await client.post('/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: names.map((name) => ({ method: 'POST', path: '/Users', bulkId: name, data: person(name) })),
  });
  expect(status).toBe(200);
  const operations = body.Operations as { readonly bulkId: string; readonly status: string }[];
  const outcomes = operations.map(({ bulkId, status: outcome }) => `${bulkId} ${outcome}`);
  expect(outcomes).toEqual(names.map((name) => `${name} 201`));
});
