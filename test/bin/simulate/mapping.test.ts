import { describe, expect, test } from '@jest/globals';
import { inventDirectory } from '../../../bin/simulate/directory.ts';
import {
  compose,
  createBody,
  differences,
  ENTERPRISE,
  isCleared,
  valueAt,
} from '../../../bin/simulate/mapping.ts';

// The create request of entra-client.md 3.4.
const CREATE_EXAMPLE = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
 "externalId":"teodor.l","userName":"teodor.lindqvist@veldt.example","active":true,"displayName":"Teodor Lindqvist",
 "emails":[{"primary":true,"type":"work","value":"teodor.lindqvist@veldt.example"}],
 "meta":{"resourceType":"User"},
 "name":{"formatted":"Teodor Lindqvist","familyName":"Lindqvist","givenName":"Teodor"},"roles":[],
 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"E-40417","department":"Water Systems"}}`;

const TEODOR = {
  externalId: 'teodor.l',
  userName: 'teodor.lindqvist@veldt.example',
  active: true,
  displayName: 'Teodor Lindqvist',
  'name.formatted': 'Teodor Lindqvist',
  'name.familyName': 'Lindqvist',
  'name.givenName': 'Teodor',
  'emails[type eq "work"].primary': true,
  'emails[type eq "work"].value': 'teodor.lindqvist@veldt.example',
  [`${ENTERPRISE}:employeeNumber`]: 'E-40417',
  [`${ENTERPRISE}:department`]: 'Water Systems',
};

test('a create body is what Entra sends, member for member', () => {
  expect(JSON.stringify(createBody(TEODOR, { roles: [] }))).toBe(JSON.stringify(JSON.parse(CREATE_EXAMPLE)));
});

test('sub-attributes of one element build one element, and boolean filters make booleans', () => {
  const attributes = {
    'addresses[type eq "work"].locality': 'Veldt',
    'addresses[type eq "work"].country': 'NL',
    'addresses[type eq "other"].formatted': 'Lock 3',
    'roles[primary eq "True"].value': 'Dispatcher',
  };
  expect(compose(attributes)).toEqual({
    addresses: [
      { type: 'work', locality: 'Veldt', country: 'NL' },
      { type: 'other', formatted: 'Lock 3' },
    ],
    roles: [{ primary: true, value: 'Dispatcher' }],
  });
});

describe('the comparison with an answer', () => {
  test('finds nothing when every attribute is there byte for byte', () => {
    expect(differences(TEODOR, compose(TEODOR))).toEqual([]);
  });

  test.each([
    ['an attribute that is gone', { externalId: undefined }, 'externalId'],
    ['another case', { userName: 'Teodor.Lindqvist@veldt.example' }, 'userName'],
    ['a boolean as text', { active: 'True' }, 'active'],
    ['a lost element', { emails: [] }, 'emails[type eq "work"].value'],
    ['a lost extension', { [ENTERPRISE]: undefined }, `${ENTERPRISE}:department`],
    ['another Unicode form', { displayName: 'Teodor Lindqvist\u0301' }, 'displayName'],
  ])('finds %s', (_, altered, path) => {
    const answer = JSON.parse(JSON.stringify({ ...compose(TEODOR), ...altered }));
    expect(differences(TEODOR, answer).map((difference) => difference.path)).toContain(path);
  });
});

test.each([
  [`${ENTERPRISE}:department`, 'Water Systems'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:name.givenName', 'Teodor'],
  ['emails[type eq "work"].value', 'teodor.lindqvist@veldt.example'],
  ['emails[type eq "other"].value', undefined],
])('%s reads %p', (path, value) => {
  expect(valueAt(compose(TEODOR), path)).toBe(value);
});

test('absent, null, empty text and empty list count as cleared; false and 0 do not', () => {
  expect([undefined, null, '', []].map(isCleared)).toEqual([true, true, true, true]);
  expect([false, 0, ' ', ['x']].map(isCleared)).toEqual([false, false, false, false]);
});

describe('the invented directory', () => {
  const { users, groups } = inventDirectory(200, 20, 'a.veldt.example');

  test('is the same for the same domain and another for another', () => {
    expect(inventDirectory(200, 20, 'a.veldt.example').users).toEqual(users);
    const others = new Set(
      inventDirectory(200, 20, 'b.veldt.example').users.map(({ attributes }) => attributes.userName),
    );
    expect(users.filter(({ attributes }) => others.has(attributes.userName as string))).toEqual([]);
  });

  test('has names that no other user or group has, in any case', () => {
    const names = users.map(({ attributes }) => String(attributes.userName).toLowerCase());
    const teams = groups.map(({ displayName }) => displayName.toLowerCase());
    expect([new Set(names).size, new Set(teams).size]).toEqual([200, 20]);
  });

  test('has the names that break servers', () => {
    const text = JSON.stringify(users.map(({ attributes }) => attributes));
    const names = users.map(({ attributes }) => String(attributes.userName));
    expect(names.some((name) => name.includes("'"))).toBe(true);
    expect(names.some((name) => name.includes('+'))).toBe(true);
    expect(names.some((name) => name !== name.toLowerCase())).toBe(true);
    expect(text).not.toBe(text.normalize('NFC'));
  });
});
