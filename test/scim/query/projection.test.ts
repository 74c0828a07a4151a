import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../lambdas/scim/json.ts';
import {
  type AttributeNames,
  parseProjection,
  project,
  wants,
} from '../../../lambdas/scim/query/projection.ts';
import { groupType, userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { attribute, type ResourceType } from '../../../lambdas/scim/schemas/schema.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const user: JsonObject = {
  schemas: [userType.schema.id, ENTERPRISE],
  id: '7d42',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ type: 'work', value: 'ada@acme.example', primary: true }, { value: 'ada@home.example' }],
  groups: [{ value: 'g1', display: 'Engine' }],
  [ENTERPRISE]: { department: 'Engines', manager: { value: 'm1', displayName: 'Charles' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
};
const { schemas, id, userName, name, emails, meta } = user;
const enterprise = user[ENTERPRISE];
const always = { schemas, id };

const show = (attributes: AttributeNames, excluded?: AttributeNames) =>
  project(user, parseProjection(attributes, excluded, userType));

describe('without parameters', () => {
  test('everything is shown but what is returned on request', () => {
    expect(show(undefined)).toEqual({ ...always, userName, name, emails, meta, [ENTERPRISE]: enterprise });
  });

  test.each<AttributeNames>(['', ' , ', []])('an empty list is no list: %j', (attributes) => {
    expect(show(attributes, attributes)).toEqual(show(undefined));
  });
});

describe('attributes', () => {
  test.each<[rule: string, attributes: AttributeNames, expected: object]>([
    ['what is always returned comes along', 'userName', { userName }],
    ['names are separated by commas and compare without case', 'USERNAME , Meta', { userName, meta }],
    ['a SearchRequest has a list', ['userName', 'meta'], { userName, meta }],
    ['what is returned on request is shown', 'groups', { groups: user.groups }],
    ['a sub-attribute comes alone', 'name.givenName', { name: { givenName: 'Ada' } }],
    ['the whole and a part are the whole', 'name,name.givenName', { name }],
    [
      'a sub-attribute of every element',
      'emails.value',
      { emails: [{ value: 'ada@acme.example' }, { value: 'ada@home.example' }] },
    ],
    ['elements with nothing left are left out', 'emails.type', { emails: [{ type: 'work' }] }],
    ['attributes with nothing left are left out', 'emails.display', {}],
    ['unknown names are ignored', 'shoeSize,__proto__,constructor,userName.x', {}],
    ['the core URN is a name', `${userType.schema.id}:userName`, { userName }],
    ['an extension by its URN', ENTERPRISE, { [ENTERPRISE]: enterprise }],
    ['an attribute of an extension', `${ENTERPRISE}:department`, { [ENTERPRISE]: { department: 'Engines' } }],
    ['a sub-attribute of an extension', 'manager.value', { [ENTERPRISE]: { manager: { value: 'm1' } } }],
    ['all core attributes by the core URN', userType.schema.id, { userName, name, emails }],
  ])('%s: %j', (_, attributes, expected) => {
    expect(show(attributes)).toEqual({ ...always, ...expected });
  });
});

describe('names with a filter in brackets (S3.5)', () => {
  const [work, home] = [
    { type: 'work', value: 'a@acme.example' },
    { type: 'home', value: 'b,c@home.example' },
  ];
  const shown = (attributes: AttributeNames, excluded?: AttributeNames) =>
    project(
      { id: '1', emails: [work, home], userName: 'ann' },
      parseProjection(attributes, excluded, userType),
    );

  test.each<[AttributeNames, object]>([
    ['emails[type eq "work"]', { emails: [work] }],
    [['emails[type eq "work"]'], { emails: [work] }],
    ['emails[type eq work]', { emails: [work] }],
    ['EMAILS[type eq "work"].Value,userName', { userName: 'ann', emails: [{ value: work.value }] }],
    ['emails[value eq "b,c@home.example"],userName', { userName: 'ann', emails: [home] }],
    ['emails[type eq "work"],emails[type eq "home"]', { emails: [work, home] }],
    ['emails[type eq "work"],emails', { emails: [work, home] }],
    ['emails[type eq "work"],emails.type', { emails: [work, home] }],
    ['emails[type eq "other"]', {}],
    // As unknown names are.
    ['emails[type eq "work"', {}],
    ['emails[shoeSize eq "work"]', {}],
    ['userName[value eq "ann"]', {}],
  ])('%j', (attributes, expected) => {
    expect(shown(attributes)).toEqual({ id: '1', ...expected });
  });

  test('hide nothing', () => {
    expect(shown(undefined, 'emails[type eq "work"]')).toMatchObject({ emails: [work, home] });
  });

  test('have 500 characters at most', () => {
    const names = Array.from({ length: 30 }, (_, index) => `emails[type eq "${index}"]`);
    expect(() => shown(names)).toThrow('at most 500 characters');
  });
});

describe('excludedAttributes', () => {
  test.each<[rule: string, excluded: AttributeNames, expected: object]>([
    ['named attributes are left out', 'meta,emails', { userName, name, [ENTERPRISE]: enterprise }],
    ['what is always returned stays', `id,schemas,meta,name,emails,${ENTERPRISE}`, { userName }],
    [
      'a sub-attribute is left out',
      `name.givenName,meta,emails,${ENTERPRISE}`,
      { userName, name: { familyName: 'Lovelace' } },
    ],
    [
      'an attribute of an extension is left out',
      `${ENTERPRISE}:manager,meta,emails,name`,
      { userName, [ENTERPRISE]: { department: 'Engines' } },
    ],
    [
      'a complex attribute with nothing left is left out',
      `name.givenName,name.familyName,meta,emails,${ENTERPRISE}`,
      { userName },
    ],
  ])('%s: %j', (_, excluded, expected) => {
    expect(show(undefined, excluded)).toEqual({ ...always, ...expected });
  });

  test('attributes and excludedAttributes exclude each other (RFC 7644 §3.9)', () => {
    expect(() => show('userName', 'meta')).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
  });

  test('more than 1,000 names are refused', () => {
    expect(() => show('a,'.repeat(1001))).toThrow('at most 1000 names');
  });
});

describe('returned', () => {
  const returns: ResourceType = {
    name: 'Thing',
    endpoint: '/Things',
    description: '',
    schema: {
      id: 'urn:example:Thing',
      name: 'Thing',
      description: '',
      attributes: (['always', 'never', 'default', 'request'] as const).flatMap((returned) => [
        attribute(returned, '', { returned }),
        attribute(`${returned}Parts`, '', {
          returned,
          subAttributes: [
            attribute('always', '', { returned: 'always' }),
            attribute('never', '', { returned: 'never' }),
            attribute('default', ''),
            attribute('request', '', { returned: 'request' }),
          ],
        }),
      ]),
    },
    schemaExtensions: [],
  };
  const parts = { always: 1, never: 2, default: 3, request: 4 };
  const thing = {
    always: 1,
    never: 2,
    default: 3,
    request: 4,
    alwaysParts: parts,
    neverParts: parts,
    defaultParts: parts,
    requestParts: parts,
  };
  const usual = { always: 1, default: 3 };

  test.each<[attributes: AttributeNames, excluded: AttributeNames, expected: object]>([
    [undefined, undefined, { always: 1, default: 3, alwaysParts: usual, defaultParts: usual }],
    ['never,request', undefined, { always: 1, request: 4, alwaysParts: usual }],
    ['requestParts', undefined, { always: 1, alwaysParts: usual, requestParts: usual }],
    [
      'requestParts.request',
      undefined,
      { always: 1, alwaysParts: usual, requestParts: { always: 1, request: 4 } },
    ],
    ['alwaysParts.default', undefined, { always: 1, alwaysParts: usual }],
    [
      'neverParts.always,defaultParts.never',
      undefined,
      { always: 1, alwaysParts: usual, defaultParts: { always: 1 } },
    ],
    [undefined, 'always,alwaysParts,defaultParts', { always: 1, default: 3, alwaysParts: usual }],
    [
      undefined,
      'default,alwaysParts.always,defaultParts.default',
      { always: 1, alwaysParts: usual, defaultParts: { always: 1 } },
    ],
  ])('attributes=%s excludedAttributes=%s', (attributes, excluded, expected) => {
    expect(project(thing, parseProjection(attributes, excluded, returns))).toEqual(expected);
  });
});

describe('what need not be read', () => {
  test.each<[attributes: AttributeNames, excluded: AttributeNames, expected: boolean]>([
    [undefined, undefined, true],
    ['displayName', undefined, false],
    ['members', undefined, true],
    ['MEMBERS.value', undefined, true],
    [undefined, 'members', false],
    [undefined, 'members.display', true],
  ])('members with attributes=%s excludedAttributes=%s: %s', (attributes, excluded, expected) => {
    expect(wants(parseProjection(attributes, excluded, groupType), 'members')).toBe(expected);
  });

  test.each<[attributes: AttributeNames, excluded: AttributeNames, expected: boolean]>([
    [undefined, undefined, false],
    ['groups', undefined, true],
    [undefined, 'groups', false],
    ['userName', undefined, false],
  ])('groups of a user with attributes=%s excludedAttributes=%s: %s', (attributes, excluded, expected) => {
    expect(wants(parseProjection(attributes, excluded, userType), 'groups')).toBe(expected);
  });
});

test('an empty list that the resource has is shown', () => {
  expect(project({ members: [] }, parseProjection('members', undefined, groupType))).toEqual({ members: [] });
});
