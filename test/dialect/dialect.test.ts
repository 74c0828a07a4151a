import { describe, expect, test } from '@jest/globals';
import { readPatchBody } from '../../lambdas/dialect/dialect.ts';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { PATCH_OP_SCHEMA, parsePatchRequest } from '../../lambdas/scim/patch/request.ts';
import { ENTERPRISE_USER_SCHEMA as ENTERPRISE } from '../../lambdas/scim/schemas/enterprise-user.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { USER_SCHEMA } from '../../lambdas/scim/schemas/user.ts';
import { everyKindType } from '../support/every-kind-type.ts';
import { patchAsMeant, patchBody, refusalOf } from '../support/patching.ts';

type Changes = Record<string, Json | undefined>;

const work = { type: 'work', value: 'ann@acme.example', primary: true };
const ann: JsonObject = {
  userName: 'ann',
  active: true,
  title: 'Lead',
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [work],
  [ENTERPRISE]: { department: 'Sales', manager: { value: 'm1' } },
};
const enterprise = (changes: Changes): Changes => ({
  [ENTERPRISE]: { ...(ann[ENTERPRISE] as JsonObject), ...changes } as JsonObject,
});

const role = { id: '1', value: 'Dispatcher', displayName: 'Dispatcher of boats' };

describe('Entra without aadOptscim062020', () => {
  const cases: [string, Json[], Changes][] = [
    ['disables by a string', [{ op: 'Replace', path: 'active', value: 'False' }], { active: false }],
    ['enables by Add', [{ op: 'Add', path: 'active', value: 'True' }], { active: true }],
    ['sends a boolean after all', [{ op: 'Replace', path: 'active', value: false }], { active: false }],
    [
      'renames and disables whom the directory deleted',
      [
        { op: 'Replace', path: 'userName', value: '0123456789abcdef0123456789abcdefann' },
        { op: 'Replace', path: 'active', value: 'False' },
      ],
      { userName: '0123456789abcdef0123456789abcdefann', active: false },
    ],
    [
      'replaces what is absent by a path with a type',
      [{ op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+31 6 1234' }],
      { phoneNumbers: [{ type: 'mobile', value: '+31 6 1234' }] },
    ],
    [
      'replaces a type that an administrator made up',
      [{ op: 'Replace', path: 'emails[type eq "ferry"].value', value: 'f@acme.example' }],
      { emails: [work, { type: 'ferry', value: 'f@acme.example' }] },
    ],
    [
      'builds one address by several operations, in any case',
      [
        { op: 'Add', path: 'addresses[type eq "work"].StreetAddress', value: 'Kade 1' },
        { op: 'Add', path: 'addresses[type eq "Work"].locality', value: 'Delft' },
        { op: 'Replace', path: 'addresses[type eq "work"].postalCode', value: 2611 },
      ],
      { addresses: [{ type: 'work', streetAddress: 'Kade 1', locality: 'Delft', postalCode: '2611' }] },
    ],
    [
      'selects the primary value by a string',
      [{ op: 'Replace', path: 'emails[primary eq "True"].value', value: 'new@acme.example' }],
      { emails: [{ ...work, value: 'new@acme.example' }] },
    ],
    [
      'names the core schema',
      [{ op: 'Replace', path: `${USER_SCHEMA}:emails[type eq "work"].value`, value: 'n@acme.example' }],
      { emails: [{ ...work, value: 'n@acme.example' }] },
    ],
    [
      'leaves out an attribute that the schema lacks, as it arrives by POST without a word',
      [
        { op: 'Add', path: 'shoeSize', value: '42' },
        { op: 'Replace', path: 'emails[type eq "work"].shoeSize', value: '42' },
        { op: 'Add', path: `${ENTERPRISE}:shoeSize`, value: '42' },
      ],
      {},
    ],
    [
      'keeps an attribute of an extension that is not there (S3.6)',
      [{ op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:Boats:2.0:User:ferry', value: 'x' }],
      { 'urn:ietf:params:scim:schemas:extension:Boats:2.0:User': { ferry: 'x' } },
    ],
    ['removes with a value', [{ op: 'Remove', path: 'title', value: 'Lead' }], { title: undefined }],
    ['removes what is absent', [{ op: 'Remove', path: 'nickName' }], {}],
    [
      'removes the values it lists, and no others',
      [
        { op: 'Add', path: 'emails', value: [{ type: 'home', value: 'a@home.example' }] },
        { op: 'Remove', path: 'emails', value: [{ type: 'work', value: 'ann@acme.example' }] },
      ],
      { emails: [{ type: 'home', value: 'a@home.example' }] },
    ],
    ['removes nothing by an empty list', [{ op: 'Remove', path: 'emails', value: [] }], {}],
    ['has nothing to do', [], {}],
  ];
  test.each(cases)('%s', (_, operations, changes) => {
    expect(patchAsMeant(ann, operations)).toEqual({ ...ann, ...changes });
  });
});

describe('Entra with aadOptscim062020', () => {
  const cases: [string, Json, Changes][] = [
    [
      'dots and URNs in the keys of one value',
      { displayName: 'Flag', 'name.givenName': 'Flagg', [`${ENTERPRISE}:employeeNumber`]: 'E-1' },
      {
        displayName: 'Flag',
        name: { givenName: 'Flagg', familyName: 'Lee' },
        ...enterprise({ employeeNumber: 'E-1' }),
      },
    ],
    ['keys in any case', { USERNAME: 'bo' }, { userName: 'bo' }],
    [
      'keys with a filter',
      { 'emails[type eq "other"].value': 'o@acme.example' },
      { emails: [work, { type: 'other', value: 'o@acme.example' }] },
    ],
    ['keys with the URN of the core schema', { [`${USER_SCHEMA}:title`]: 'Boss' }, { title: 'Boss' }],
    ['the core schema as a key', { [USER_SCHEMA]: { title: 'Boss' } }, { title: 'Boss' }],
    ['the extension as a key', { [ENTERPRISE]: { division: 'West' } }, enterprise({ division: 'West' })],
    [
      'dots inside the extension',
      { [ENTERPRISE.toUpperCase()]: { 'manager.value': 'm2' } },
      enterprise({ manager: { value: 'm2' } }),
    ],
    ['unknown keys', { shoeSize: 42, 'http://x/y:z': 1, 'a[b].c': 1, 'a[b': 1, 'urn:x:y[a eq 1]:z': 1 }, {}],
    ['keys of undeclared extensions (S3.6)', { 'urn:x:y:z': 1 }, { 'urn:x:y': { z: 1 } }],
    [
      'what only the server writes',
      {
        id: 'x',
        schemas: [USER_SCHEMA],
        meta: {},
        groups: [],
        'manager.displayName': 'M',
        'meta.created': 'x',
      },
      {},
    ],
  ];
  test.each(cases)('%s', (_, value, changes) => {
    expect(patchAsMeant(ann, [{ op: 'replace', value }])).toEqual({ ...ann, ...changes });
  });
});

describe('manager', () => {
  const path = `${ENTERPRISE}:manager`;
  test.each([
    [{ op: 'Add', path, value: 'm2' }],
    [{ op: 'Replace', path: 'manager', value: [{ $ref: 'https://x.example/m2', value: 'm2' }] }],
    [{ op: 'replace', path, value: { value: 'm2' } }],
    [{ op: 'replace', value: { [path]: 'm2' } }],
    [{ op: 'replace', value: { [ENTERPRISE]: { manager: 'm2' } } }],
    [{ op: 'replace', value: { manager: { value: 'm2', displayName: 'Mo' } } }],
  ])('is m2 after %j', (operation: Json) => {
    expect(patchAsMeant(ann, [operation])).toMatchObject(enterprise({ manager: { value: 'm2' } }));
  });

  test.each([
    [{ op: 'Replace', path, value: '' }],
    [{ op: 'Replace', path, value: null }],
    [{ op: 'replace', path, value: { value: '' } }],
    [{ op: 'replace', path, value: { value: '', $ref: null, displayName: '' } }],
    [{ op: 'replace', path, value: [] }],
    [{ op: 'replace', value: { [path]: '' } }],
    [{ op: 'Remove', path, value: 'm1' }],
    [{ op: 'remove', path }],
  ])('is gone after %j', (operation: Json) => {
    expect(patchAsMeant(ann, [operation])).toEqual({ ...ann, [ENTERPRISE]: { department: 'Sales' } });
  });
});

describe('roles', () => {
  const cases: [string, Json, Json][] = [
    [
      'a document in a list',
      { op: 'Add', path: 'roles', value: [{ value: JSON.stringify(role) }] },
      [{ value: 'Dispatcher', display: 'Dispatcher of boats' }],
    ],
    [
      'a document alone',
      { op: 'Add', path: 'roles', value: JSON.stringify(role) },
      [{ value: 'Dispatcher', display: 'Dispatcher of boats' }],
    ],
    [
      'a document behind a filter',
      { op: 'Replace', path: 'roles[primary eq "True"].value', value: JSON.stringify(role) },
      [{ primary: true, value: 'Dispatcher', display: 'Dispatcher of boats' }],
    ],
    [
      'a document of a role without value',
      {
        op: 'Add',
        path: 'roles',
        value: [{ value: JSON.stringify({ id: '1', value: null, displayName: 'User' }) }],
      },
      [{ value: 'User', display: 'User' }],
    ],
    [
      'AppRoleAssignmentsComplex',
      { op: 'add', path: 'roles', value: [{ primary: 'False', type: 'T', displayName: 'D', value: 'V' }] },
      [{ primary: false, type: 'T', display: 'D', value: 'V' }],
    ],
    [
      'AssertiveAppRoleAssignmentsComplex',
      { op: 'replace', path: 'roles', value: [{ primary: false, type: 'T', display: 'D', value: 'V' }] },
      [{ primary: false, type: 'T', display: 'D', value: 'V' }],
    ],
    [
      'displayName in a path',
      { op: 'Replace', path: 'roles[primary eq "True"].displayName', value: 'D' },
      [{ primary: true, display: 'D' }],
    ],
    [
      'text in a value that looks like a document',
      { op: 'Add', path: 'roles', value: [{ value: '{boats}' }] },
      [{ value: '{boats}' }],
    ],
    [
      'another document in a value',
      { op: 'Add', path: 'roles', value: [{ value: '{"a":1}' }] },
      [{ value: '{"a":1}' }],
    ],
  ];
  test.each(cases)('%s', (_, operation, roles) => {
    expect(patchAsMeant(ann, [operation]).roles).toEqual(roles);
  });

  test('the same role added twice is there once', () => {
    const add = { op: 'Add', path: 'roles', value: [{ value: JSON.stringify(role) }] };
    expect(patchAsMeant(ann, [add, add]).roles).toHaveLength(1);
  });
});

describe('clearing, as the null-update test of the Entra gallery does', () => {
  const full: JsonObject = {
    ...ann,
    phoneNumbers: [{ type: 'mobile', value: '1', primary: true }],
    addresses: [{ type: 'work', formatted: 'F', locality: 'L' }],
    roles: [{ primary: true, value: 'V', display: 'D', type: 'T' }],
  };
  const paths = [
    'title',
    'active',
    'name.givenName',
    'name.familyName',
    'emails[type eq "work"].value',
    'phoneNumbers[type eq "mobile"].value',
    'addresses[type eq "work"].formatted',
    'addresses[type eq "work"].locality',
    'roles[primary eq "True"].display',
    'roles[primary eq "True"].type',
    'roles[primary eq "True"].value',
    `${ENTERPRISE}:department`,
    `${ENTERPRISE}:manager`,
  ];

  for (const empty of ['', null]) {
    const shown = JSON.stringify(empty);
    test(`one Replace with ${shown} for each attribute leaves the user name alone`, () => {
      const operations = paths.map((path) => ({ op: 'Replace', path, value: empty }));
      expect(patchAsMeant(full, operations)).toEqual({ userName: 'ann' });
    });

    test(`one value with ${shown} under every key does the same`, () => {
      const value = Object.fromEntries(paths.map((path) => [path, empty]));
      expect(patchAsMeant(full, [{ op: 'replace', value }])).toEqual({ userName: 'ann' });
    });
  }

  test.each(['emails', 'name', ENTERPRISE])('"" for the whole of %s removes it', (path) => {
    expect(patchAsMeant(full, [{ op: 'Replace', path, value: '' }])).toEqual({ ...full, [path]: undefined });
  });

  test('a value that is sent again is there again', () => {
    const path = 'emails[type eq "work"].value';
    const twice = patchAsMeant(full, [
      { op: 'replace', path, value: '' },
      { op: 'replace', path, value: 'x@acme.example' },
    ]);
    expect(twice.emails).toEqual([{ type: 'work', value: 'x@acme.example' }]);
  });

  test.each([
    [{ op: 'Replace', path: 'userName', value: '' }],
    [{ op: 'replace', value: { userName: '' } }],
    [{ op: 'replace', value: { userName: null } }],
  ])('%j is refused, because a user needs a name', (operation: Json) => {
    expect(refusalOf(() => patchAsMeant(full, [operation]))).toMatch(/^invalidValue: userName is required/);
  });
});

describe('members', () => {
  const read = (operation: Json) => readPatchBody(patchBody(operation), groupType).Operations;

  test('are removed by their ids when a list names them', () => {
    expect(read({ op: 'Remove', path: 'members', value: [{ value: 'a', type: 'User' }, 'b"c'] })).toEqual([
      { op: 'remove', path: 'members[value eq "a" or value eq "b\\"c"]' },
    ]);
    const many = Array.from({ length: 300 }, (_, index) => ({ value: `id-${index}` }));
    const paths = (read({ op: 'Remove', path: 'members', value: many }) as JsonObject[]).map(
      ({ path }) => `${path}`,
    );
    expect(paths.join().match(/id-\d+/g)).toEqual(many.map(({ value }) => value));
    expect(Math.max(...paths.map((path) => path.length))).toBeLessThan(4200);
  });

  test.each([[[]], [[{ value: null }]], [[{}]], ['']])('stay when the list is %j', (value: Json) => {
    expect(read({ op: 'Remove', path: 'members', value })).toEqual([]);
  });

  test('all go when there is no list', () => {
    expect(read({ op: 'Remove', path: 'members' })).toEqual([{ op: 'remove', path: 'members' }]);
  });

  test.each([
    [{ value: 'a' }, [{ value: 'a' }]],
    [
      ['a', 'b'],
      [{ value: 'a' }, { value: 'b' }],
    ],
    [[{ $ref: null, value: 'a' }], [{ $ref: null, value: 'a' }]],
    [[{ value: 'a', display: 'Ann' }], [{ value: 'a' }]],
  ])('are added from %j', (value: Json, members: Json) => {
    expect(read({ op: 'Add', path: 'members', value })).toEqual([
      { op: 'add', path: 'members', value: members },
    ]);
  });

  test('Okta renames a group with its id beside the name', () => {
    expect(read({ op: 'replace', value: { id: 'g', displayName: 'New' } })).toEqual([
      { op: 'replace', path: 'displayName', value: 'New' },
    ]);
  });
});

describe('values of another type', () => {
  const patch = (path: string, value: Json) =>
    patchAsMeant({ identifier: 'a' }, [{ op: 'replace', path, value }], everyKindType)[path];

  test.each([
    ['size', '42', 42],
    ['weight', '0.5', 0.5],
    ['open', 'TRUE', true],
    ['identifier', 31612345678, '31612345678'],
    ['home', ['https://x.example'], 'https://x.example'],
    ['tags', 'red', ['red']],
    ['tags', 7, ['7']],
  ])('%s takes %j as %j', (path: string, value: Json, stored: Json) => {
    expect(patch(path, value)).toEqual(stored);
  });

  test.each([
    ['size', '42 boats'],
    ['size', '1.5'],
    ['open', 'yes'],
    ['identifier', 2 ** 60],
    ['identifier', true],
    ['home', ['a', 'b']],
    ['home', [['a']]],
    ['expires', 'tomorrow'],
    ['owner', 7.5e300],
    ['tags', [{ value: 'red', type: 'x' }]],
    ['tags', [{ value: ['red'] }]],
  ])('%s does not take %j', (path: string, value: Json) => {
    expect(refusalOf(() => patch(path, value))).toMatch(new RegExp(`^invalidValue: ${path}`));
  });
});

describe('a body that is not quite a PatchOp', () => {
  test.each([
    [{ operations: [{ OP: 'Replace', Path: 'title', VALUE: 'x' }] }],
    [{ Operations: { op: 'replace', path: 'title', value: 'x' } }],
    [{ Operations: [{ op: 'replace', path: '', value: [{ title: 'x' }] }] }],
    [{ Operations: [{ op: 'replace', path: null, value: { title: 'x' } }] }],
    [{ Operations: [{ op: 'replace', path: USER_SCHEMA, value: { title: 'x' } }] }],
  ])('%j is understood', (body: JsonObject) => {
    const conforming = [{ op: 'replace', path: 'title', value: 'x' }];
    expect(readPatchBody(body, userType)).toEqual({ schemas: [PATCH_OP_SCHEMA], Operations: conforming });
  });

  test('more than 5,000 changes in them, or 50,000 values in a body, are refused', () => {
    const keys = Array.from({ length: 5_001 }, (_, index) => [`ims[type eq "${index}"].value`, 'x']);
    const patch = () => patchAsMeant(ann, [{ op: 'add', value: Object.fromEntries(keys) }]);
    expect(refusalOf(patch)).toMatch(/^413: .*5000 changes/);
    const add = () =>
      patchAsMeant(ann, [{ op: 'add', path: 'emails', value: Array.from({ length: 50_000 }, () => 1) }]);
    expect(refusalOf(add)).toMatch(/^413: .*50000 values/);
  });

  test('more than 1,000 operations are refused', () => {
    const operations = Array.from({ length: 1001 }, () => ({ op: 'add', path: 'title', value: 'x' }));
    expect(refusalOf(() => patchAsMeant(ann, operations))).toMatch(/^413: .*1000/);
  });
});

describe('what stays refused', () => {
  test.each([
    [{ op: 'replace', path: 'shoeSize', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: `${ENTERPRISE}:shoeSize`, value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq "work"', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type is "work"].value', value: 'x' }, 'invalidFilter'],
    [{ op: 'Replace', path: 'a.b.c[', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 7, value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'replace', path: 'title' }, 'invalidValue'],
    [{ op: 'replace' }, 'invalidValue'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'remove', value: { title: 'x' } }, 'noTarget'],
    [{ op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ path: 'title', value: 'x' }, 'invalidSyntax'],
    ['add', 'invalidSyntax'],
    [{ op: 'replace', path: 'emails[type eq "ferry"].value', value: 'x' }, 'noTarget'],
  ])('%j: %s', (operation: Json, scimType) => {
    expect(refusalOf(() => patchAsMeant(ann, [operation]))).toMatch(new RegExp(`^${scimType}: `));
  });

  test.each([
    [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], Operations: [] }],
    [{ schemas: [PATCH_OP_SCHEMA] }],
    [{ Operations: 'add' }],
    [{}],
  ])('%j is no PATCH', (body: JsonObject) => {
    expect(refusalOf(() => parsePatchRequest(readPatchBody(body, userType), userType))).toMatch(
      /^invalidSyntax: /,
    );
  });
});
