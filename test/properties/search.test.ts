// With any plan, a filter gives the same result as evaluating it on every resource with all its facets.

import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseFilter } from '../../lambdas/scim/filter/filter.ts';
import { matches } from '../../lambdas/scim/filter/match.ts';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import type { ResourceType } from '../../lambdas/scim/schemas/schema.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient();
const RUNS = 150;

/** Every resource with all that a client can see. */
const directory: Record<'/Users' | '/Groups', JsonObject[]> = { '/Users': [], '/Groups': [] };
let userIds: string[];
let groupIds: string[];

beforeAll(async () => {
  userIds = [];
  for (let index = 0; index < 9; index++) {
    const { body } = await client.post('/Users', {
      schemas: [userType.schema.id],
      userName: `Person${index}@Veldt.example`,
      // Not unique: three share one, one has none.
      ...(index > 0 && { externalId: index < 4 ? 'shared' : `e${index}` }),
      active: index % 2 === 0,
      ...(index % 3 === 0 && { title: 'Engineer' }),
      emails: [
        { type: 'work', value: `p${index}@veldt.example` },
        ...(index < 5 ? [{ type: 'Work', value: `second${index % 2}@veldt.example` }] : []),
        { type: 'home', value: `p${(index + 1) % 9}@veldt.example` },
      ],
    });
    userIds.push(body.id);
  }
  groupIds = [];
  for (const [index, members] of [[], [0], [0, 1], [0, 1, 2, 3], [4, 5], [0, 5, 8]].entries()) {
    const { body } = await client.post('/Groups', {
      schemas: [groupType.schema.id],
      // Two groups with the same name that differ only in externalId.
      displayName: index < 2 ? 'Twins' : `Group#${index}`,
      externalId: `g${index}`,
      members: members.map((place) => ({ value: userIds[place] })),
    });
    groupIds.push(body.id);
  }
  await client.patchWith(`/Groups/${groupIds[5]}`, {
    op: 'add',
    path: 'members',
    value: [{ value: groupIds[1] }],
  });
  const groupsToo = '?attributes=userName,externalId,active,title,emails,groups,meta,schemas';
  directory['/Users'] = await Promise.all(
    userIds.map(async (id) => (await client.get(`/Users/${id}${groupsToo}`)).body as unknown as JsonObject),
  );
  directory['/Groups'] = await Promise.all(
    groupIds.map(async (id) => (await client.get(`/Groups/${id}`)).body as unknown as JsonObject),
  );
});

const text = (value: string) => JSON.stringify(value);
const anyId = fc
  .nat(16)
  .map((place) => [...userIds, ...groupIds, 'nobody', '00000000-0000-4000-8000-000000000000'][place] ?? 'x');

const userConditions: fc.Arbitrary<string> = fc.oneof(
  fc.nat(10).map((index) => `userName eq ${text(`PERSON${index}@veldt.example`)}`),
  fc.constantFrom('shared', 'Shared', 'e5', 'none').map((value) => `externalId eq ${text(value)}`),
  fc.nat(10).map((index) => `emails[type eq "work"].value eq ${text(`P${index}@veldt.example`)}`),
  fc.nat(2).map((index) => `emails[type eq "WORK" and value eq ${text(`second${index}@veldt.example`)}]`),
  fc.nat(10).map((index) => `emails.value eq ${text(`p${index}@veldt.example`)}`),
  fc.nat(10).map((index) => `emails[type eq "home"].value eq ${text(`p${index}@veldt.example`)}`),
  anyId.map((id) => `id eq ${text(id)}`),
  anyId.map((id) => `groups.value eq ${text(id)}`),
  anyId.map((id) => `groups eq ${text(id)}`),
  anyId.map((id) => `groups[value eq ${text(id)} and type eq "direct"]`),
  anyId.map((id) => `groups[value eq ${text(id)} or display eq "Twins"]`),
  fc.constantFrom(
    ...['groups.display eq "twins"', 'groups pr', 'groups.value ne "x"', 'active eq true', 'title pr'],
    ...['title ne "Engineer"', 'userName sw "person1"', 'externalId pr', 'groups.display sw "Group"'],
  ),
);

const groupConditions: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('twins', 'Twins', 'group#2', 'Group#9', '').map((name) => `displayName eq ${text(name)}`),
  fc.nat(6).map((index) => `externalId eq ${text(`g${index}`)}`),
  anyId.map((id) => `id eq ${text(id)}`),
  anyId.map((id) => `members.value eq ${text(id)}`),
  anyId.map((id) => `members eq ${text(id)}`),
  anyId.map((id) => `members[value eq ${text(id)} and type eq "User"]`),
  anyId.map((id) => `members[value eq ${text(id)} and type eq "Group"]`),
  anyId.map((id) => `members[not (value eq ${text(id)})]`),
  fc.constantFrom('members pr', 'members.type eq "Group"', 'displayName sw "Group"', 'members.value ne "x"'),
);

const filterOf = (conditions: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      conditions,
      fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `(${left}) and (${right})`),
      fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `(${left}) or (${right})`),
      tie('filter').map((filter) => `not (${filter})`),
    ),
  })).filter;

const idsOf = (resources: readonly JsonObject[]) => resources.map(({ id }) => String(id)).sort();

const expectNaiveAnswer = async (path: '/Users' | '/Groups', type: ResourceType, filter: string) => {
  const parsed = parseFilter(filter, type);
  const expected = idsOf(directory[path].filter((resource) => matches(parsed, resource)));
  const { status, body } = await client.get(`${path}${filterBy(filter)}&attributes=id`);
  expect({ filter, status, ids: idsOf(body.Resources as unknown as JsonObject[]) }).toEqual({
    filter,
    status: 200,
    ids: expected,
  });
  expect(body.totalResults).toBe(expected.length);
};

describe('a plan answers as the naive evaluation does', () => {
  test('about users', async () => {
    const property = fc.asyncProperty(filterOf(userConditions), (filter) =>
      expectNaiveAnswer('/Users', userType, filter),
    );
    await fc.assert(property, { numRuns: RUNS });
  });

  test('about groups', async () => {
    const property = fc.asyncProperty(filterOf(groupConditions), (filter) =>
      expectNaiveAnswer('/Groups', groupType, filter),
    );
    await fc.assert(property, { numRuns: RUNS });
  });
});
