import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { parseResource, replaceAttributes } from '../../lambdas/scim/resource.ts';
import { ENTERPRISE_USER_SCHEMA as ENTERPRISE } from '../../lambdas/scim/schemas/enterprise-user.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { EVERY_KIND_EXTENSION, everyKindType } from '../support/every-kind-type.ts';
import { refusalOf } from '../support/patching.ts';

describe('the body of a POST', () => {
  test("is kept under the schema's names, whatever the client's case", () => {
    const body: JsonObject = {
      USERNAME: 'ann',
      ExternalId: 'x',
      Name: { GIVENNAME: 'Ann' },
      eMails: [{ Value: 'a@acme.example', PRIMARY: true }],
      [ENTERPRISE.toUpperCase()]: { Department: 'Sales' },
    };
    expect(parseResource(body, userType)).toEqual({
      userName: 'ann',
      externalId: 'x',
      name: { givenName: 'Ann' },
      emails: [{ value: 'a@acme.example', primary: true }],
      [ENTERPRISE]: { department: 'Sales' },
    });
  });

  test('loses what only the server writes and what the schema lacks, but not an undeclared extension (S3.6)', () => {
    const body = {
      schemas: ['urn:x'],
      id: 'x',
      meta: { resourceType: 'User' },
      groups: [{ value: 'g' }],
      userName: 'ann',
      shoeSize: 42,
      name: { givenName: 'Ann', shoeSize: 42 },
      [ENTERPRISE]: { manager: { value: 'm', displayName: 'Mo' }, shoeSize: 42 },
      'urn:x:y:z': { a: 1 },
    };
    expect(parseResource(body, userType)).toEqual({
      userName: 'ann',
      name: { givenName: 'Ann' },
      [ENTERPRISE]: { manager: { value: 'm' } },
      'urn:x:y:z': { a: 1 },
    });
  });

  test('loses what is unassigned: null, an empty list, a complex value without parts', () => {
    const body = {
      userName: 'ann',
      title: null,
      emails: [],
      roles: [null, {}],
      name: { givenName: null },
      addresses: null,
      [ENTERPRISE]: { department: null },
    };
    expect(parseResource(body, userType)).toEqual({ userName: 'ann' });
    expect(parseResource({ userName: 'ann', [ENTERPRISE]: null }, userType)).toEqual({ userName: 'ann' });
  });

  test('has a value once, as its later parts say', () => {
    const emails: JsonObject[] = [
      { value: 'a@acme.example', type: 'work' },
      { value: 'A@acme.example', type: 'Work', display: 'Ann' },
      { value: 'a@acme.example', type: 'home' },
    ];
    expect(parseResource({ userName: 'ann', emails }, userType).emails).toEqual(emails.slice(1));
  });

  test('may hold the members of a group', () => {
    const body = { displayName: 'Crew', members: [{ value: 'a', $ref: null, display: 'Ann' }] };
    expect(parseResource(body, groupType)).toEqual({ displayName: 'Crew', members: [{ value: 'a' }] });
  });

  test('keeps names that every object inherits as data, or drops them', () => {
    const body = JSON.parse(
      `{"identifier":"a","constructor":"Gaudí","__proto__":{"size":1},"toString":"x","${EVERY_KIND_EXTENSION}":{"code":"c","__proto__":1}}`,
    );
    const parsed = parseResource(body, everyKindType);
    expect(Object.entries(parsed)).toEqual([
      ['identifier', 'a'],
      ['constructor', 'Gaudí'],
      [EVERY_KIND_EXTENSION, { code: 'c' }],
    ]);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });
});

describe('a value is refused as invalidValue, naming the attribute', () => {
  const user: [JsonObject, RegExp][] = [
    [{}, /userName is required/],
    [{ userName: null }, /userName is required/],
    [{ userName: '' }, /userName is required/],
    [{ userName: '  ' }, /userName is required/],
    [{ userName: 7 }, /userName must be text/],
    [{ userName: 'a', active: 'True' }, /active must be true or false/],
    [{ userName: 'a', emails: { value: 'x' } }, /emails takes a list/],
    [{ userName: 'a', emails: ['x'] }, /emails takes an object/],
    [{ userName: 'a', emails: [{ value: { a: 1 } }] }, /emails\.value must be text/],
    [{ userName: 'a', emails: [{ value: ['x'] }] }, /emails\.value must be text/],
    [{ userName: 'a', name: 'Ann' }, /name takes an object/],
    [{ userName: 'a', [ENTERPRISE]: 'x' }, /enterprise:2\.0:User takes an object/],
    [{ userName: 'a', [ENTERPRISE]: { department: 7 } }, /enterprise:2\.0:User:department must be text/],
    [
      {
        userName: 'a',
        roles: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      /roles has more than one primary/,
    ],
  ];
  test.each(user)('%j', (body, detail) => {
    const refusal = refusalOf(() => parseResource(body, userType));
    expect(refusal).toMatch(/^invalidValue: /);
    expect(refusal).toMatch(detail);
  });

  const accepted: [string, Json][] = [
    ['size', 42],
    ['weight', -0.5],
    ['expires', '2026-02-01T10:00:00.5+01:00'],
    ['picture', 'aGVsbG8='],
    ['picture', 'QXWZRANDOM'],
    ['home', 'https://x.example'],
    ['open', false],
    ['tags', ['a', 'b']],
    ['secret', 's'],
    ['serial', 's'],
  ];
  const complete = { identifier: 'a', [EVERY_KIND_EXTENSION]: { code: 'c' } };
  test.each(accepted)('but %s takes %j', (name, value) => {
    const body = { ...complete, [name]: value };
    expect(parseResource(body, everyKindType)).toEqual(body);
  });

  const refused: [string, Json][] = [
    ['size', 0.5],
    ['size', 2 ** 53],
    ['weight', 1e300],
    ['weight', 1e-300],
    ['weight', '1'],
    ['expires', '2026-02-01'],
    ['expires', 7],
    ['picture', 7],
    ['picture', 'a b'],
    ['home', {}],
    ['open', 1],
    ['tags', 'a'],
    ['tags', [['a']]],
    ['owner', { since: '2020' }],
  ];
  test.each(refused)('and %s does not take %j', (name, value) => {
    const refusal = refusalOf(() => parseResource({ ...complete, [name]: value }, everyKindType));
    expect(refusal).toMatch(new RegExp(`^invalidValue: ${name}`));
  });

  test.each([
    [{ identifier: 'a' }, EVERY_KIND_EXTENSION],
    [{ identifier: 'a', [EVERY_KIND_EXTENSION]: { note: 'n' } }, 'code'],
  ])('a required extension is required: %j', (body: JsonObject, name) => {
    expect(refusalOf(() => parseResource(body, everyKindType))).toBe(`invalidValue: ${name} is required.`);
  });
});

describe('PUT', () => {
  const current: JsonObject = {
    identifier: 'a',
    serial: 's1',
    secret: 'hidden',
    hint: 'in the drawer',
    counter: 7,
    size: 1,
    tags: ['red'],
    owner: { value: 'o1', since: '2020', name: 'Olga' },
    [EVERY_KIND_EXTENSION]: { code: 'c', note: 'n' },
  };
  const put = (incoming: JsonObject) => replaceAttributes(current, incoming, everyKindType);
  const minimal = { identifier: 'b', [EVERY_KIND_EXTENSION]: { code: 'd' } };

  test('replaces what it names and unassigns what it does not, as far as the client may write and read it', () => {
    expect(put(minimal)).toEqual({
      identifier: 'b',
      serial: 's1',
      secret: 'hidden',
      hint: 'in the drawer',
      counter: 7,
      owner: { since: '2020', name: 'Olga' },
      [EVERY_KIND_EXTENSION]: { code: 'd' },
    });
  });

  test('replaces a write-only value with a new one', () => {
    expect(put({ ...minimal, secret: 'new' }).secret).toBe('new');
  });

  test('refuses another value for what is immutable', () => {
    expect(refusalOf(() => put({ ...minimal, serial: 's2' }))).toBe(
      'mutability: serial is set once and cannot change.',
    );
    expect(refusalOf(() => put({ ...minimal, owner: { value: 'o1', since: '2021' } }))).toMatch(
      /^mutability: since/,
    );
  });

  test('sets what is immutable once', () => {
    const { serial: _, ...unset } = current;
    expect(replaceAttributes(unset, { ...minimal, serial: 's2' }, everyKindType).serial).toBe('s2');
  });

  test('that changes nothing gives the same resource', () => {
    expect(put({ ...current, [EVERY_KIND_EXTENSION]: { note: 'n', code: 'c' } })).toBe(current);
  });

  test('clears the extension that it does not name', () => {
    const before = { userName: 'ann', [ENTERPRISE]: { department: 'Sales' } };
    expect(replaceAttributes(before, { userName: 'ann' }, userType)).toEqual({ userName: 'ann' });
  });
});
