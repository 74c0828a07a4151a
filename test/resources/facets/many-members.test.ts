// Groups with very many members: how many can be read with their group, and changed by one request.

import '../../support/own-table.ts';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { walkMembers } from '../../../lambdas/resources/facets/members-table.ts';
import { consumedBy } from '../../support/consumed-capacity.ts';
import { openOwnTable } from '../../support/open-own-table.ts';
import { type Answer, ScimClient } from '../../support/scim-client.ts';
import { seededId, seedMembers } from '../../support/seed-members.ts';

beforeAll(openOwnTable);

jest.setTimeout(180_000);

const LAMBDA_BYTES = 6_291_556;
const LIMIT = 10_000;

const client = new ScimClient();
const members = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ value: seededId(from + n) }));

const countMembers = async (groupId: string): Promise<number> =>
  (await Array.fromAsync(walkMembers(client.incarnation, groupId))).flat().length;

const newGroup = async (displayName: string): Promise<string> =>
  (await client.post('/Groups', { displayName })).body.id;

const expectRefused = ({ status, body }: Answer): void => {
  expect([status, body.detail]).toEqual([413, expect.stringContaining(`at most ${LIMIT}`)]);
};

describe('a group with very many members', () => {
  let fitting: string;
  let tooLarge: string;
  beforeAll(async () => {
    await client.open();
    [fitting, tooLarge] = [await newGroup('fits'), await newGroup('too large')];
    await seedMembers(client.incarnation, fitting, 31_000);
    await seedMembers(client.incarnation, tooLarge, 37_000);
  });

  test('is read with them up to the limit of an answer, not half of it (S2.4)', async () => {
    const result = await client.exchange('GET', `/Groups/${fitting}`);
    expect(result.statusCode).toBe(200);
    expect(JSON.parse(result.body).members).toHaveLength(31_000);
    const bytes = Buffer.byteLength(JSON.stringify(result));
    expect(bytes).toBeGreaterThan(LAMBDA_BYTES / 2);
    expect(bytes).toBeLessThanOrEqual(LAMBDA_BYTES);
  });

  test('is shown with them by a PATCH that asks for them, next to the largest attributes that it may have (S2.4)', async () => {
    const answer = (displayName: string) =>
      client.exchange('PATCH', `/Groups/${fitting}?attributes=members,displayName`, {
        body: { Operations: [{ op: 'replace', path: 'displayName', value: displayName }] },
      });
    const small = await answer('fits');
    expect([small.statusCode, JSON.parse(small.body).members?.length]).toEqual([200, 31_000]);
    const bytes = Buffer.byteLength(JSON.stringify(small));
    expect(bytes).toBeGreaterThan(LAMBDA_BYTES - 1_048_576);
    // A group of 256 KB of quotation marks is twice as large in the answer.
    expect(bytes + 2 * 262_144).toBeLessThanOrEqual(LAMBDA_BYTES);
  });

  test('is refused beyond, with the way out (S2.4)', async () => {
    const { status, body } = await client.get(`/Groups/${tooLarge}`);
    expect([status, body.scimType]).toEqual([400, 'tooMany']);
    expect(body.detail).toContain('excludedAttributes=members');
    expect((await client.get(`/Groups/${tooLarge}?excludedAttributes=members`)).status).toBe(200);
  });

  test('takes its place in a list: before it by startIndex, alone or left out by cursor (S2.4)', async () => {
    const byIndex = await client.get('/Groups?attributes=members&count=2');
    expect([byIndex.status, byIndex.body.scimType]).toEqual([400, 'tooMany']);
    const small = await client.get('/Groups?excludedAttributes=members&cursor=&count=2');
    expect(small.body.Resources).toHaveLength(2);
  });

  test('keeps its members when one request would remove more than the limit (S2.4)', async () => {
    expectRefused(await client.put(`/Groups/${fitting}`, { displayName: 'fits', members: [] }));
    expectRefused(await client.patchWith(`/Groups/${fitting}`, { op: 'remove', path: 'members' }));
    expect(await countMembers(fitting)).toBe(31_000);
  });

  test.each<[string, (id: string) => Promise<Answer>]>([
    ['a PUT', (id) => client.put(`/Groups/${id}`, { displayName: 'smaller', members: members(10) })],
    ['a removal', (id) => client.patchWith(`/Groups/${id}`, { op: 'remove', path: 'members' })],
    [
      'a replacement',
      (id) => client.patchWith(`/Groups/${id}`, { op: 'replace', path: 'members', value: members(10) }),
    ],
  ])('is read only until it is clear that %s exceeds the limit (S2.4)', async (_, ask) => {
    const cost = (id: string) => consumedBy(async () => expectRefused(await ask(id)));
    expect((await cost(tooLarge)).read).toBeLessThanOrEqual((await cost(fitting)).read);
  });

  test('takes a PUT that names all but few of what it has: what it changes counts (S2.4)', async () => {
    const group = await newGroup('much alike');
    await seedMembers(client.incarnation, group, 12_000);
    const { status } = await client.put(`/Groups/${group}?excludedAttributes=members`, {
      displayName: 'much alike',
      members: members(11_990, 10),
    });
    expect(status).toBe(200);
    expect(await countMembers(group)).toBe(11_990);
  });
});

describe('one request that adds more members than the limit', () => {
  const many = members(LIMIT + 1, 500_000);

  test('is refused before anything is written or looked up: POST, PUT, PATCH and bulk (S2.4)', async () => {
    const group = await newGroup('stays empty');
    expectRefused(await client.post('/Groups', { displayName: 'never', members: many }));
    expectRefused(await client.put(`/Groups/${group}`, { displayName: 'renamed', members: many }));
    for (const op of ['add', 'replace'])
      expectRefused(await client.patchWith(`/Groups/${group}`, { op, path: 'members', value: many }));
    const halves = [many.slice(0, 5_000), many.slice(5_000)];
    expectRefused(
      await client.patchWith(
        `/Groups/${group}`,
        ...halves.map((value) => ({ op: 'add', path: 'members', value })),
      ),
    );
    const { body } = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Groups', bulkId: 'b', data: { displayName: 'never', members: many } },
      ],
    });
    expect(body.Operations).toEqual([expect.objectContaining({ status: '413' })]);
    expect((await client.get(`/Groups/${group}`)).body).toMatchObject({ displayName: 'stays empty' });
    expect(await countMembers(group)).toBe(0);
    const { body: found } = await client.get('/Groups?filter=displayName+eq+"never"');
    expect(found.totalResults).toBe(0);
  });

  test('is judged by its members at the limit (S2.4)', async () => {
    const { status, body } = await client.post('/Groups', { displayName: 'limit', members: many.slice(1) });
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });
});
