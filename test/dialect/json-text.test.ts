// Lists and complex values that arrive as JSON in a string mean what the same JSON means without the quotes.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPatchBody, readResourceBody } from '../../lambdas/dialect/dialect.ts';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { parseResource } from '../../lambdas/scim/resource.ts';
import { ENTERPRISE_USER_SCHEMA as ENTERPRISE } from '../../lambdas/scim/schemas/enterprise-user.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import type { ResourceType } from '../../lambdas/scim/schemas/schema.ts';
import { EVERY_KIND_EXTENSION, everyKindType } from '../support/every-kind-type.ts';
import { patchAsMeant, patchBody, refusalOf } from '../support/patching.ts';

const operation = (op: string, path: string, value: Json, type: ResourceType = userType) =>
  readPatchBody(patchBody({ op, path, value }), type).Operations;

const create = (body: JsonObject) => parseResource(readResourceBody(body, userType), userType);

describe('JSON as text (S3.2)', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !/^\s*[{[]/.test(one));
  const email = fc.record(
    { value: text, type: text, primary: fc.constant(false) },
    { requiredKeys: ['value'] },
  );
  const emails: fc.Arbitrary<Json> = fc.oneof(fc.array(email), email);

  test('means what it means without quotes, in every operation and in a resource', () => {
    fc.assert(
      fc.property(fc.constantFrom('add', 'replace', 'Replace', 'remove'), emails, (op, value) => {
        const quoted = JSON.stringify(value);
        expect(operation(op, 'emails', quoted)).toEqual(operation(op, 'emails', value));
        expect(create({ userName: 'ann', emails: quoted })).toEqual(
          create({ userName: 'ann', emails: value }),
        );
      }),
    );
  });

  test('that begins otherwise stays the value', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(operation('add', 'emails', value)).toEqual(operation('add', 'emails', [{ value }]));
        expect(operation('add', 'members', value, groupType)).toEqual(
          operation('add', 'members', [{ value }], groupType),
        );
      }),
    );
  });

  test.each<[string, string, Json]>([
    ['each of a list', 'emails', ['{"value":"a@acme.example"}']],
    ['a list alone', 'emails', '[{"value":"a@acme.example"}]'],
    ['one object', 'emails', '{"value":"a@acme.example"}'],
    ['with space before it', 'emails', ' \n[{"value":"a@acme.example"}]'],
  ])('is read: %s', (_, path, value) => {
    expect(patchAsMeant({ userName: 'ann' }, [{ op: 'replace', path, value }])).toEqual({
      userName: 'ann',
      emails: [{ value: 'a@acme.example' }],
    });
  });

  test.each(['name', 'Name'])('is read as the parts of %s', (name) => {
    expect(create({ userName: 'ann', [name]: '{"givenName":"Ann"}' })).toEqual({
      userName: 'ann',
      name: { givenName: 'Ann' },
    });
  });

  test.each<[Json, string]>([
    ['{"value":"R-7"}', 'R-7'],
    ['[{"value":"R-7"}]', 'R-7'],
    ['R-7', 'R-7'],
  ])('manager %j is %s', (value, id) => {
    const expected = { userName: 'ann', [ENTERPRISE]: { manager: { value: id } } };
    expect(patchAsMeant({ userName: 'ann' }, [{ op: 'Add', path: 'manager', value }])).toEqual(expected);
    expect(create({ userName: 'ann', [ENTERPRISE]: { manager: value } })).toEqual(expected);
  });

  test('members are added and removed by it', () => {
    const list = '[{"value":"a"},{"value":"b"}]';
    const added = [{ op: 'add', path: 'members', value: [{ value: 'a' }, { value: 'b' }] }];
    expect(operation('add', 'members', list, groupType)).toEqual(added);
    expect(operation('add', 'members', ['{"value":"a"}', '{"value":"b"}'], groupType)).toEqual(added);
    expect(operation('remove', 'members', list, groupType)).toEqual([
      { op: 'remove', path: 'members[value eq "a" or value eq "b"]' },
    ]);
  });

  test.each<Json>(['[{}]', '[null]', '{"display":"x"}', ['{}'], '["{}"]'])(
    'members %j name nobody',
    (value) => {
      expect(refusalOf(() => operation('replace', 'members', value, groupType))).toMatch(
        /^invalidValue: .*members/,
      );
    },
  );

  test('simple lists, extensions and an operation without a path are read from it', () => {
    const before = { identifier: 'a', [EVERY_KIND_EXTENSION]: { code: 'c' } };
    const patch = (operation: Json) => patchAsMeant(before, [operation], everyKindType);
    expect(patch({ op: 'add', path: 'tags', value: '["red","blue"]' })).toMatchObject({
      tags: ['red', 'blue'],
    });
    const extended = { [EVERY_KIND_EXTENSION]: { code: 'c', note: 'n' } };
    expect(patch({ op: 'add', path: EVERY_KIND_EXTENSION, value: '{"note":"n"}' })).toMatchObject(extended);
    expect(patch({ op: 'add', value: { [EVERY_KIND_EXTENSION]: '[{"note":"n"}]' } })).toMatchObject(extended);
    expect(patch({ op: 'add', value: '{"size":7}' })).toMatchObject({ size: 7 });
  });

  test.each<[string, Json]>([
    ['title', '{"value":"x"}'],
    ['title', '[draft]'],
    ['emails[type eq "work"].value', '[{"value":"x"}]'],
    ['name.givenName', '{Ann}'],
  ])('stays text in a simple value: %s %j', (path, value) => {
    expect(operation('add', path, value)).toEqual([{ op: 'add', path, value }]);
  });

  test.each<[string, Json]>([
    ['emails', '[{"value":"a"'],
    ['emails', ['{a}']],
    ['emails[type eq "work"]', '{a}'],
    ['name', '{Ann}'],
    ['roles', '{boats}'],
    ['emails', `${'['.repeat(400_000)}`],
    ['emails', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['emails', `[${'1,'.repeat(50_000)}1]`],
    ['emails', '[{"value":"\\ud800"}]'],
    ['emails', '[{"value":1e400}]'],
  ])('that cannot be read is refused: %s %.20j', (path, value) => {
    expect(refusalOf(() => operation('add', path, value))).toMatch(/^invalidValue: .*begins like JSON/);
  });
});

describe('wrapped values (S3.4)', () => {
  const before = {
    identifier: 'a',
    home: 'h',
    tags: ['red'],
    [EVERY_KIND_EXTENSION]: { code: 'c', note: 'n' },
  };
  const patch = (operation: JsonObject) => patchAsMeant(before, [operation], everyKindType);

  test.each<[string, Json, Json]>([
    ['size', [{ value: 7 }], 7],
    ['size', { value: '7' }, 7],
    ['open', [{ Value: 'False' }], false],
    ['home', [{ value: 'https://x.example' }], 'https://x.example'],
    ['tags', [{ value: 'blue' }, 'green'], ['blue', 'green']],
    ['tags', { value: 'blue' }, ['blue']],
    ['owner', [{ value: 'o' }], { value: 'o' }],
    ['owner', { value: [{ value: 'o' }] }, { value: 'o' }],
  ])('%s takes %j as %j, with and without a path', (path, value, stored) => {
    expect(patch({ op: 'replace', path, value })[path]).toEqual(stored);
    expect(patch({ op: 'replace', value: { [path]: value } })[path]).toEqual(stored);
    const created = parseResource(
      readResourceBody({ ...before, [path]: value }, everyKindType),
      everyKindType,
    );
    expect(created[path]).toEqual(stored);
  });

  test.each<Json>([[{ note: 'm' }], { note: [{ value: 'm' }] }])('a declared extension takes %j', (value) => {
    const extended = { [EVERY_KIND_EXTENSION]: { code: 'c', note: 'm' } };
    expect(patch({ op: 'add', path: EVERY_KIND_EXTENSION, value })).toMatchObject(extended);
    expect(patch({ op: 'add', value: { [EVERY_KIND_EXTENSION]: value } })).toMatchObject(extended);
    const body = { identifier: 'a', [`${EVERY_KIND_EXTENSION}:code`]: 'c', [EVERY_KIND_EXTENSION]: value };
    expect(parseResource(readResourceBody(body, everyKindType), everyKindType)).toMatchObject(extended);
  });

  test('in a remove they name what goes', () => {
    expect(patch({ op: 'remove', path: 'tags', value: [{ value: 'red' }] }).tags).toBeUndefined();
    expect(patch({ op: 'remove', path: 'tags', value: [{ value: 'blue' }] }).tags).toEqual(['red']);
    expect(patch({ op: 'remove', path: 'home', value: [{ value: 'h' }] }).home).toBeUndefined();
  });

  test('an empty one clears', () => {
    expect(patch({ op: 'replace', path: 'home', value: [{ value: '' }] }).home).toBeUndefined();
  });

  test.each<[string, Json, Json]>([
    ['tags.value', 'blue', ['blue']],
    ['TAGS.Value', ['blue'], ['blue']],
    ['tags[value eq "red"].value', 'blue', ['blue']],
  ])('.value of a simple list is its values: %s', (path, value, tags) => {
    expect(patch({ op: 'replace', path, value }).tags).toEqual(tags);
    expect(patch({ op: 'replace', value: { [path]: value } }).tags).toEqual(tags);
  });

  test('.value of a simple list can be removed, and written in a resource', () => {
    expect(patch({ op: 'remove', path: 'tags[value eq "red"].value' }).tags).toBeUndefined();
    expect(patch({ op: 'remove', path: 'tags.value' }).tags).toBeUndefined();
    const body = { ...before, tags: null, 'tags.value': 'blue' };
    expect(parseResource(readResourceBody(body, everyKindType), everyKindType).tags).toEqual(['blue']);
  });

  test.each(['home.value', 'tags.type', 'tags.value.x'])('%s names nothing', (path) => {
    expect(refusalOf(() => patch({ op: 'replace', path, value: 'x' }))).toMatch(/^invalidPath/);
  });
});
