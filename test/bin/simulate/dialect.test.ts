import { describe, expect, test } from '@jest/globals';
import { legacy, patchBody, standard } from '../../../bin/simulate/dialect.ts';
import { ENTERPRISE } from '../../../bin/simulate/mapping.ts';

const replace = (path: string, value: string | boolean) => ({ op: 'replace', path, value }) as const;

// The bodies of entra-client.md 3.5, compared as text: the order of members is part of the dialect.
const LEGACY_EXAMPLE = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
 {"op":"Replace","path":"displayName","value":"R. Quill"},
 {"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"r.quill@veldt.example"},
 {"op":"Replace","path":"name.givenName","value":"Rosalind"},
 {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"E-7781"}]}`;
const STANDARD_EXAMPLE = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
 {"op":"replace","path":"emails[type eq \\"work\\"].value","value":"flagged@veldt.example"},
 {"op":"replace","value":{"displayName":"Flag Bearer","name.givenName":"Flagg",
   "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"E-1001"}}]}`;

const asText = (json: string) => JSON.stringify(JSON.parse(json));

describe('the legacy dialect', () => {
  test('writes several attributes as one operation each', () => {
    const operations = legacy.operations([
      replace('displayName', 'R. Quill'),
      replace('emails[type eq "work"].value', 'r.quill@veldt.example'),
      replace('name.givenName', 'Rosalind'),
      replace(`${ENTERPRISE}:employeeNumber`, 'E-7781'),
    ]);
    expect(JSON.stringify(patchBody(operations))).toBe(asText(LEGACY_EXAMPLE));
  });

  test.each([
    ['a disabled user as text', replace('active', false), { op: 'Replace', path: 'active', value: 'False' }],
    [
      'an added text',
      { op: 'add', path: 'nickName', value: 'Q' },
      { op: 'Add', path: 'nickName', value: 'Q' },
    ],
    ['a removal without a value', { op: 'remove', path: 'title' }, { op: 'Remove', path: 'title' }],
  ] as const)('writes %s', (_, change, operation) => {
    expect(legacy.operations([change])).toEqual([operation]);
  });

  test('adds members with an empty reference and removes them by value', () => {
    expect(legacy.addMembers(['a', 'b'])).toEqual([
      {
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: 'a' },
          { $ref: null, value: 'b' },
        ],
      },
    ]);
    expect(legacy.removeMembers(['a'])).toEqual([{ op: 'Remove', path: 'members', value: [{ value: 'a' }] }]);
  });
});

describe('the standard dialect', () => {
  test('writes filtered paths alone and the rest in one operation without a path', () => {
    const operations = standard.operations([
      replace('displayName', 'Flag Bearer'),
      replace('emails[type eq "work"].value', 'flagged@veldt.example'),
      replace('name.givenName', 'Flagg'),
      replace(`${ENTERPRISE}:employeeNumber`, 'E-1001'),
    ]);
    expect(JSON.stringify(patchBody(operations))).toBe(asText(STANDARD_EXAMPLE));
  });

  test.each([
    [
      'a disabled user as a boolean',
      replace('active', false),
      { op: 'replace', path: 'active', value: false },
    ],
    [
      'an added text',
      { op: 'add', path: 'nickName', value: 'Q' },
      { op: 'add', path: 'nickName', value: 'Q' },
    ],
    ['a removal by its path', { op: 'remove', path: 'title' }, { op: 'remove', path: 'title' }],
  ] as const)('writes %s', (_, change, operation) => {
    expect(standard.operations([change])).toEqual([operation]);
  });

  test('keeps additions and replacements apart', () => {
    const add = (path: string) => ({ op: 'add', path, value: 'x' }) as const;
    const operations = standard.operations([
      add('title'),
      replace('userName', 'u'),
      add('nickName'),
      replace('locale', 'l'),
    ]);
    expect(operations).toEqual([
      { op: 'add', value: { title: 'x', nickName: 'x' } },
      { op: 'replace', value: { userName: 'u', locale: 'l' } },
    ]);
  });

  test('removes each member by a filter', () => {
    expect(standard.removeMembers(['a', 'b'])).toEqual([
      { op: 'remove', path: 'members[value eq "a"]' },
      { op: 'remove', path: 'members[value eq "b"]' },
    ]);
  });
});
