// Plans are values: the source of candidates and the facets to load, derived from the filter alone.

import { describe, expect, test } from '@jest/globals';
import { isCostly, planQuery } from '../../../lambdas/resources/search/plan.ts';
import { parseFilter } from '../../../lambdas/scim/filter/filter.ts';
import { groupType, userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { attribute, type ResourceType } from '../../../lambdas/scim/schemas/schema.ts';

const deviceType: ResourceType = {
  name: 'Device',
  endpoint: '/Devices',
  description: '',
  schema: {
    id: 'urn:x:Device',
    name: 'Device',
    description: '',
    attributes: [
      attribute('serial', '', { uniqueness: 'server' }),
      attribute('label', '', { uniqueness: 'server' }),
    ],
  },
  schemaExtensions: [],
  lookups: ['serial'],
};

const facetsOf = (type: ResourceType) => (type.name === 'User' ? ['groups'] : ['members']);
const plan = (type: ResourceType, filter: string) =>
  planQuery(type, { filter: parseFilter(filter, type) }, facetsOf(type));

const everything = { from: 'everything' };

describe('candidates of', () => {
  test.each([
    [userType, 'userName eq "ALICE"', { from: 'userName', name: 'alice' }],
    [userType, 'userName eq "a" and active eq true', { from: 'userName', name: 'a' }],
    [userType, 'active eq true and id eq "x"', { from: 'ids', ids: ['x'] }],
    [userType, 'externalId eq "E"', { from: 'externalId', externalId: 'E' }],
    [userType, 'emails[type eq "work"].value eq "A@x"', { from: 'email', email: 'a@x' }],
    [userType, 'emails[value eq "A@x" and type eq "Work"]', { from: 'email', email: 'a@x' }],
    [userType, 'emails.value eq "a@x"', everything],
    [userType, 'emails[type eq "home"].value eq "a@x"', everything],
    [userType, 'groups.value eq "g"', { from: 'membersOf', groupId: 'g' }],
    [userType, 'groups.value eq "g" and externalId eq "E"', { from: 'externalId', externalId: 'E' }],
    [userType, 'userName ne "a"', everything],
    [userType, 'not (userName eq "a")', everything],
    [userType, 'userName eq "a" or title pr', everything],
    [
      userType,
      'userName eq "a" or id eq "x"',
      {
        from: 'either',
        sources: [
          { from: 'userName', name: 'a' },
          { from: 'ids', ids: ['x'] },
        ],
      },
    ],
    [groupType, 'displayName eq "Sales"', { from: 'groupName', name: 'sales' }],
    [groupType, 'members.value eq "A"', { from: 'groupsOf', memberId: 'A' }],
    [groupType, 'members[value eq "A" and type eq "User"]', { from: 'groupsOf', memberId: 'A' }],
    [groupType, 'members.type eq "User"', everything],
    [deviceType, 'serial eq "S"', { from: 'claim', claim: 'serial#s' }],
    // The attribute became unique when devices existed already, so not all of them have claimed their value.
    [deviceType, 'label eq "L"', everything],
  ] as const)('%# %s %s', (type, filter, source) => {
    expect(plan(type, filter).source).toEqual(source);
  });
});

describe('what is loaded to judge', () => {
  test.each([
    [groupType, 'displayName eq "x"', []],
    [
      groupType,
      'members.value eq "A" and members.value eq "B"',
      [{ name: 'members', only: new Set(['A', 'B']) }],
    ],
    [
      groupType,
      'members.value eq "A" and not (members.value eq "B")',
      [{ name: 'members', only: new Set(['A', 'B']) }],
    ],
    [groupType, 'members[value eq "A" and type eq "User"]', [{ name: 'members', only: new Set(['A']) }]],
    [groupType, 'members[value eq "A" or type eq "User"]', [{ name: 'members' }]],
    [groupType, 'members pr', [{ name: 'members' }]],
    [groupType, 'members.value ne "A"', [{ name: 'members' }]],
    [userType, 'groups.value eq "g"', [{ name: 'groups', only: new Set(['g']) }]],
    [userType, 'groups.display eq "g"', [{ name: 'groups' }]],
  ] as const)('%# %s %s', (type, filter, needs) => {
    expect(plan(type, filter).needs).toEqual(needs);
  });
});

test.each([
  [userType, 'userName eq "a"', false],
  [userType, 'externalId eq "a" or id eq "b"', false],
  [groupType, 'id eq "g" and members eq "u"', false],
  [groupType, 'members.value eq "u"', false],
  [userType, 'groups.value eq "g"', true],
  [groupType, 'id eq "g" and members pr', true],
  [userType, 'title pr', true],
  [userType, Array.from({ length: 10 }, (_, n) => `id eq "${n}"`).join(' or '), false],
  [userType, Array.from({ length: 11 }, (_, n) => `id eq "${n}"`).join(' or '), true],
] as const)('%# %s %s is costly: %s', (type, filter, expected) => {
  expect(isCostly(plan(type, filter))).toBe(expected);
});
