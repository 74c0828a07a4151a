import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../../lambdas/scim/json.ts';
import { parsePatchRequest } from '../../../lambdas/scim/patch/request.ts';
import { ENTERPRISE_USER_SCHEMA } from '../../../lambdas/scim/schemas/enterprise-user.ts';
import { groupType, userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { EVERY_KIND_EXTENSION, everyKindType } from '../../support/every-kind-type.ts';
import { patchAsWritten, patchBody, refusalOf } from '../../support/patching.ts';
import vectors from '../../vectors/patch.json' with { type: 'json' };

const types = { User: userType, Group: groupType };

describe('the examples of RFC 7644', () => {
  for (const vector of vectors) {
    const type = types[vector.type as keyof typeof types];
    const operations = vector.operations as unknown as Json[];
    test(`${vector.clause}: ${vector.name}`, () => {
      if (vector.before) {
        expect(patchAsWritten(vector.before as unknown as JsonObject, operations, type)).toEqual(
          vector.after,
        );
        return;
      }
      const parsed = parsePatchRequest(patchBody(...operations), type).map(({ op, path, value }) => ({
        op,
        path: path.path.attribute.name,
        ...(path.filter?.kind === 'compare' && {
          filter: {
            attribute: path.filter.path.attribute.name,
            operator: path.filter.operator,
            value: path.filter.value,
          },
        }),
        ...(value !== undefined && { value }),
      }));
      expect(parsed).toEqual(vector.parsed);
    });
  }
});

const work = { type: 'work', value: 'ann@acme.example', primary: true };
const home = { type: 'home', value: 'ann@home.example' };
const ann: JsonObject = {
  userName: 'ann',
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [work, home],
  [ENTERPRISE_USER_SCHEMA]: { department: 'Sales', manager: { value: 'm1', $ref: 'https://old.example/m1' } },
};

describe('a change', () => {
  const cases: [string, Json[], Record<string, Json | undefined>][] = [
    [
      'sets an absent attribute by replace',
      [{ op: 'replace', path: 'title', value: 'Lead' }],
      { title: 'Lead' },
    ],
    ['removes an attribute by null', [{ op: 'replace', path: 'name', value: null }], { name: undefined }],
    [
      'leaves parts that are not named',
      [{ op: 'replace', path: 'name', value: { familyName: 'Low' } }],
      { name: { givenName: 'Ann', familyName: 'Low' } },
    ],
    [
      'removes a part that is null',
      [{ op: 'add', path: 'name', value: { familyName: 'Low', givenName: null } }],
      { name: { familyName: 'Low' } },
    ],
    [
      'removes a complex value with its last part',
      [
        { op: 'remove', path: 'name.givenName' },
        { op: 'remove', path: 'name.familyName' },
      ],
      { name: undefined },
    ],
    [
      'removes a multi-valued attribute with its last value',
      [{ op: 'remove', path: 'emails[value pr]' }],
      { emails: undefined },
    ],
    [
      'removes a multi-valued attribute by an empty list',
      [{ op: 'replace', path: 'emails', value: [] }],
      { emails: undefined },
    ],
    ['adds nothing by an empty list', [{ op: 'add', path: 'emails', value: [] }], {}],
    ['does not add a value twice', [{ op: 'add', path: 'emails', value: [home] }], {}],
    [
      'gives a value that is there the parts it lacks',
      [{ op: 'add', path: 'emails', value: [{ ...home, value: 'ANN@home.example', display: 'At home' }] }],
      { emails: [work, { ...home, value: 'ANN@home.example', display: 'At home' }] },
    ],
    [
      'does not add an address twice, whether or not it is primary',
      [
        { op: 'add', path: 'addresses', value: [{ locality: 'Delft' }, { locality: 'Breda' }] },
        { op: 'add', path: 'addresses', value: [{ locality: 'Delft', primary: true }] },
        { op: 'add', path: 'addresses', value: [{ locality: 'Breda', primary: true }] },
        { op: 'add', path: 'addresses', value: [{ locality: 'Delft' }] },
      ],
      {
        addresses: [
          { locality: 'Delft', primary: false },
          { locality: 'Breda', primary: true },
        ],
      },
    ],
    [
      'takes primary from the others when it adds one',
      [{ op: 'add', path: 'emails', value: [{ type: 'other', value: 'a@b.example', primary: true }] }],
      { emails: [{ ...work, primary: false }, home, { type: 'other', value: 'a@b.example', primary: true }] },
    ],
    [
      'takes primary from the others when it sets one',
      [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'sets a part of every value when the path has no filter',
      [{ op: 'replace', path: 'emails.display', value: 'Ann' }],
      {
        emails: [
          { ...work, display: 'Ann' },
          { ...home, display: 'Ann' },
        ],
      },
    ],
    [
      'adds the parts of a value that a filter selects to those it has',
      [{ op: 'add', path: 'emails[type eq "work"]', value: { display: 'At work' } }],
      { emails: [{ ...work, display: 'At work' }, home] },
    ],
    [
      'replaces a value that a filter selects as a whole',
      [{ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'new@acme.example' } }],
      { emails: [{ value: 'new@acme.example' }, home] },
    ],
    [
      'goes on from where the operation before it ended',
      [
        { op: 'add', path: 'emails[type eq "other"].value', value: 'x@acme.example' },
        { op: 'replace', path: 'emails[value eq "x@acme.example"].display', value: 'X' },
      ],
      { emails: [work, home, { type: 'other', value: 'x@acme.example', display: 'X' }] },
    ],
    [
      'creates an extension, whose name may be part of the path',
      [
        { op: 'remove', path: ENTERPRISE_USER_SCHEMA },
        { op: 'add', path: `${ENTERPRISE_USER_SCHEMA}:employeeNumber`, value: '7' },
      ],
      { [ENTERPRISE_USER_SCHEMA]: { employeeNumber: '7' } },
    ],
    [
      'merges an extension by its name',
      [{ op: 'replace', value: { [ENTERPRISE_USER_SCHEMA]: { division: 'West' } } }],
      { [ENTERPRISE_USER_SCHEMA]: { ...(ann[ENTERPRISE_USER_SCHEMA] as JsonObject), division: 'West' } },
    ],
    [
      'removes an extension by null',
      [{ op: 'replace', value: { [ENTERPRISE_USER_SCHEMA]: null } }],
      { [ENTERPRISE_USER_SCHEMA]: undefined },
    ],
    [
      'drops the $ref of a manager who is another now',
      [{ op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:manager`, value: { value: 'm2' } }],
      { [ENTERPRISE_USER_SCHEMA]: { department: 'Sales', manager: { value: 'm2' } } },
    ],
    [
      'removes a manager with the value',
      [{ op: 'remove', path: `${ENTERPRISE_USER_SCHEMA}:manager.value` }],
      { [ENTERPRISE_USER_SCHEMA]: { department: 'Sales' } },
    ],
    [
      'of schemas is none: they follow from the attributes',
      [{ op: 'add', path: 'schemas', value: ['urn:x'] }],
      {},
    ],
    [
      'of what is absent is none',
      [
        { op: 'remove', path: 'title' },
        { op: 'remove', path: 'ims[type eq "xmpp"]' },
      ],
      {},
    ],
  ];
  test.each(cases)('%s', (_, operations, changes) => {
    expect(patchAsWritten(ann, operations)).toEqual({ ...ann, ...changes });
  });

  test('depends on nothing that was applied to the same resource before', () => {
    const add = (value: string) => ({ op: 'add', path: 'emails', value: [{ value }] });
    expect(patchAsWritten(ann, [{ op: 'add', path: 'emails', value: [home] }])).toBe(ann);
    patchAsWritten(ann, [add('x@acme.example')]);
    expect(patchAsWritten(ann, [add('y@acme.example'), add('x@acme.example')]).emails).toEqual([
      work,
      home,
      { value: 'y@acme.example' },
      { value: 'x@acme.example' },
    ]);
  });

  test('leaves what it is applied to as it was', () => {
    const before = structuredClone(ann);
    patchAsWritten(ann, [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'x@acme.example' }]);
    expect(ann).toEqual(before);
  });

  test.each([
    [[{ op: 'replace', path: 'userName', value: 'ann' }]],
    [[{ op: 'replace', path: 'name', value: { givenName: 'Ann' } }]],
    [[{ op: 'add', path: 'emails', value: [work, home] }]],
    [[]],
    [[{ op: 'replace', path: 'emails[type eq "work"].primary', value: true }]],
    [[{ op: 'remove', path: 'emails[type eq "other"]' }]],
    [[{ op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:department`, value: 'Sales' }]],
  ])('that changes nothing gives the same resource: %j', (operations: Json[]) => {
    expect(patchAsWritten(ann, operations)).toBe(ann);
  });
});

describe('a path whose filter matches nothing', () => {
  test.each([
    ['add', 'emails[type eq "Travel"].value', { type: 'Travel', value: 'new' }],
    [
      'add',
      'emails[type eq "other" and display eq "X"].value',
      { type: 'other', display: 'X', value: 'new' },
    ],
    ['replace', 'emails[type eq "other"].value', { type: 'other', value: 'new' }],
  ])('%s %s creates the value it describes', (op, path, created) => {
    expect(patchAsWritten(ann, [{ op, path, value: 'new' }]).emails).toEqual([work, home, created]);
  });

  test('creates one value for all operations on it', () => {
    const set = ['value', 'display'].map((part) => ({
      op: 'replace',
      path: `roles[primary eq "True"].${part}`,
      value: part,
    }));
    expect(patchAsWritten({}, set).roles).toEqual([{ primary: true, value: 'value', display: 'display' }]);
  });

  test.each([
    'emails[type eq "nonexistent"].value',
    'emails[value eq "nobody@acme.example"].display',
    'emails[type eq "other" or type eq "home2"].value',
    'emails[not (type pr)].value',
    'emails[type eq "other" and type eq "fax"].value',
    'emails[type eq null].value',
  ])('replace %s is refused with noTarget', (path) => {
    const replace = () => patchAsWritten(ann, [{ op: 'replace', path, value: 'new' }]);
    expect(refusalOf(replace)).toMatch(/^noTarget: No value of emails matches/);
  });
});

test('a value that has lost all but its type and primary is gone', () => {
  const cleared = patchAsWritten(ann, [{ op: 'replace', path: 'emails[type eq "work"].value', value: null }]);
  expect(cleared.emails).toEqual([home]);
  const again = patchAsWritten(cleared, [
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'back@acme.example' },
  ]);
  expect(again.emails).toEqual([home, { type: 'work', value: 'back@acme.example' }]);
});

describe('refused', () => {
  const cases: [string, Json, RegExp][] = [
    [
      'two primary values',
      { op: 'replace', path: 'emails.primary', value: true },
      /^invalidValue: .*emails primary/,
    ],
    [
      'removal of a required attribute',
      { op: 'remove', path: 'userName' },
      /^mutability: userName is required/,
    ],
    [
      'null for a required attribute',
      { op: 'replace', path: 'userName', value: null },
      /^invalidValue: userName/,
    ],
    [
      'an empty required attribute',
      { op: 'replace', path: 'userName', value: ' ' },
      /^invalidValue: userName/,
    ],
    ['a read-only attribute', { op: 'replace', path: 'id', value: 'x' }, /^mutability: id is read-only/],
    [
      'a read-only part',
      { op: 'add', path: 'manager.displayName', value: 'x' },
      /^mutability: manager\.displayName/,
    ],
    ['a read-only attribute without path', { op: 'add', value: { groups: [] } }, /^mutability: groups/],
  ];
  test.each(cases)('%s', (_, operation, refusal) => {
    expect(refusalOf(() => patchAsWritten(ann, [operation]))).toMatch(refusal);
  });

  test('an error in a later operation leaves the resource as it was', () => {
    const before = structuredClone(ann);
    const patch = () =>
      patchAsWritten(ann, [
        { op: 'add', path: 'title', value: 'x' },
        { op: 'remove', path: 'userName' },
      ]);
    expect(refusalOf(patch)).toMatch(/^mutability/);
    expect(ann).toEqual(before);
  });
});

describe('mutability and required parts', () => {
  const thing: JsonObject = {
    identifier: 'a',
    serial: 's1',
    tags: ['red'],
    owner: { value: 'o1', since: '2020' },
    [EVERY_KIND_EXTENSION]: { code: 'c' },
  };
  const patch = (...operations: Json[]) => patchAsWritten(thing, operations, everyKindType);

  test.each([
    [{ op: 'replace', path: 'serial', value: 's2' }],
    [{ op: 'remove', path: 'serial' }],
    [{ op: 'replace', path: 'owner.since', value: '2021' }],
    [{ op: 'add', path: 'owner', value: { since: '2021' } }],
    [{ op: 'remove', path: 'owner.value' }],
    [{ op: 'remove', path: EVERY_KIND_EXTENSION }],
    [{ op: 'remove', path: `${EVERY_KIND_EXTENSION}:code` }],
    [{ op: 'replace', path: 'counter', value: 1 }],
  ])('%j is refused with mutability', (operation: Json) => {
    expect(refusalOf(() => patch(operation))).toMatch(/^mutability: /);
  });

  test('an immutable attribute may be set once, and repeated', () => {
    const { serial: _, ...unset } = thing;
    const set = [{ op: 'add', path: 'serial', value: 's1' }];
    expect(patchAsWritten(unset, set, everyKindType)).toEqual(thing);
    expect(patchAsWritten(thing, set, everyKindType)).toBe(thing);
  });

  test('a complex value without its required part is refused', () => {
    const { owner: _, ...ownerless } = thing;
    const patchPart = () =>
      patchAsWritten(ownerless, [{ op: 'add', path: 'owner.since', value: '2020' }], everyKindType);
    expect(refusalOf(patchPart)).toBe('invalidValue: owner.value is required.');
  });

  test('simple values are added once, and selected by value', () => {
    expect(patch({ op: 'add', path: 'tags', value: ['blue', 'RED'] }).tags).toEqual(['red', 'blue']);
    expect(patch({ op: 'remove', path: 'tags[value eq "red"]' }).tags).toBeUndefined();
    expect(patch({ op: 'replace', path: 'tags[value eq "red"]', value: 'green' }).tags).toEqual(['green']);
  });

  test('names that every object inherits are attributes like any other', () => {
    expect(patch({ op: 'add', path: 'constructor', value: 'Gaudí' })).toEqual({
      ...thing,
      constructor: 'Gaudí',
    });
    expect(patch({ op: 'remove', path: 'constructor' })).toBe(thing);
  });
});

describe('a PATCH that compares too much is refused with tooMany', () => {
  const emails = Array.from({ length: 1000 }, (_, index) => ({ value: `v${index}` }));
  const repeat = (times: number, operation: Json) => Array.from({ length: times }, () => operation);
  const long = `emails[value eq "x"${' or value eq "x"'.repeat(20)}]`;
  const cases: [string, Json, Json[]][] = [
    ['many filters', emails, repeat(1000, { op: 'remove', path: 'emails[value eq "x"]' })],
    ['long filters', emails, repeat(50, { op: 'remove', path: long })],
    [
      'long texts',
      [{ value: 'x'.repeat(300_000) }],
      repeat(100, { op: 'remove', path: 'emails[value co "y"]' }),
    ],
    ['many paths to all values', emails, repeat(1000, { op: 'replace', path: 'emails.display', value: 'x' })],
  ];
  test.each(cases)('%s', (_, values, operations) => {
    const patch = () => patchAsWritten({ userName: 'ann', emails: values }, operations);
    expect(refusalOf(patch)).toMatch(/^tooMany: /);
  });

  test('a thousand operations that add one value each are not too many', () => {
    const adds = emails.map((email) => ({ op: 'add', path: 'emails', value: [email] }));
    expect(patchAsWritten({ userName: 'ann' }, adds).emails).toEqual(emails);
  });
});
