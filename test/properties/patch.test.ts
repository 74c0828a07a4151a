import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPatchBody, readResourceBody } from '../../lambdas/dialect/dialect.ts';
import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import { isObject, type Json, type JsonObject } from '../../lambdas/scim/json.ts';
import { isPrimary } from '../../lambdas/scim/multi-valued.ts';
import { applyPatch } from '../../lambdas/scim/patch/patch.ts';
import { parsePatchPath } from '../../lambdas/scim/patch/path.ts';
import { parsePatchRequest } from '../../lambdas/scim/patch/request.ts';
import { parseResource, replaceAttributes } from '../../lambdas/scim/resource.ts';
import { ENTERPRISE_USER_SCHEMA as ENTERPRISE } from '../../lambdas/scim/schemas/enterprise-user.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import type { ResourceType } from '../../lambdas/scim/schemas/schema.ts';
import { USER_SCHEMA } from '../../lambdas/scim/schemas/user.ts';
import { EVERY_KIND_EXTENSION, everyKindType } from '../support/every-kind-type.ts';
import { patchAsWritten, patchBody } from '../support/patching.ts';

/** What `act` returns, or the ScimError it throws; any other exception fails the test. */
const outcomeOf = <T>(act: () => T): T | ScimError => {
  try {
    return act();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
};

const anyType = fc.constantFrom<ResourceType>(userType, groupType, everyKindType);
const anyJson = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<Json>;

const name = fc.constantFrom(
  'userName',
  'displayName',
  'title',
  'active',
  'name',
  'name.givenName',
  'emails',
  'emails.value',
  'EMAILS',
  'roles',
  'addresses',
  'members',
  'manager',
  'groups',
  'id',
  'meta',
  'schemas',
  'externalId',
  'identifier',
  'serial',
  'secret',
  'size',
  'tags',
  'owner',
  'owner.since',
  'constructor',
  '__proto__',
  'toString',
  'value',
  'type',
  'primary',
  '$ref',
  ENTERPRISE,
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager.value`,
  USER_SCHEMA,
  `${USER_SCHEMA}:title`,
  EVERY_KIND_EXTENSION,
  `${EVERY_KIND_EXTENSION}:code`,
  'urn:x:y',
  ':',
  '',
);
const filter = fc.constantFrom(
  'type eq "work"',
  'primary eq "True"',
  'value eq "a"',
  'value pr',
  'not (type eq "x")',
  'type eq null',
  'type eq "a]" and primary eq true',
  'value eq "a" or value eq "b"',
  'type',
  '"',
  '',
);
const path = fc.oneof(
  name,
  fc.tuple(name, filter).map(([attribute, text]) => `${attribute}[${text}]`),
  fc.tuple(name, filter, name).map(([attribute, text, part]) => `${attribute}[${text}].${part}`),
  fc.string(),
);
const likelyValue: fc.Arbitrary<Json> = fc.oneof(
  { depthSize: 'small' },
  fc.constantFrom<Json>(
    '',
    null,
    'a',
    'True',
    true,
    1,
    0.5,
    [],
    {},
    '{"value":"x"}',
    1e300,
    '2026-01-01T00:00:00Z',
  ),
  anyJson,
  fc.array(fc.dictionary(name, anyJson, { maxKeys: 4 }), { maxLength: 3 }),
  fc.dictionary(path, anyJson, { maxKeys: 4 }),
);
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'Add', 'replace', 'Replace', 'remove', 'REMOVE', 'move'),
    path,
    value: likelyValue,
  },
  { requiredKeys: ['op'] },
) as fc.Arbitrary<Json>;
const patchRequest = fc.oneof(
  fc
    .array(fc.oneof({ weight: 20, arbitrary: operation }, anyJson), { maxLength: 6 })
    .map((list) => patchBody(...list)),
  fc.dictionary(fc.constantFrom('schemas', 'Operations', 'operations', 'x'), anyJson),
);
const resource = fc.dictionary(path, likelyValue, { maxKeys: 8 });

const stored: readonly [ResourceType, JsonObject][] = [
  [
    userType,
    {
      userName: 'ann',
      emails: [{ type: 'work', value: 'a', primary: true }, { type: 'home' }],
      [ENTERPRISE]: { manager: { value: 'm', $ref: 'x' } },
    },
  ],
  [groupType, { displayName: 'Crew' }],
  [
    everyKindType,
    {
      identifier: 'a',
      serial: 's',
      tags: ['a'],
      owner: { value: 'o' },
      [EVERY_KIND_EXTENSION]: { code: 'c' },
    },
  ],
];

const allowed = [
  'invalidSyntax',
  'invalidPath',
  'invalidFilter',
  'invalidValue',
  'noTarget',
  'mutability',
  'tooMany',
];

describe('whatever a client sends', () => {
  test('a PATCH ends in a sound resource or in an error of the protocol, and leaves the original alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stored),
        patchRequest,
        fc.boolean(),
        ([type, before], body, isClient) => {
          const original = structuredClone(before);
          const read = isClient ? outcomeOf(() => readPatchBody(body, type)) : body;
          const after = outcomeOf(() =>
            applyPatch(before, parsePatchRequest(read as JsonObject, type), type),
          );
          expect(before).toEqual(original);
          if (after instanceof ScimError) expect(allowed).toContain(after.scimType);
          else expectSound(after);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a body of POST or PUT becomes a sound resource, which is stable, or an error of the protocol', () => {
    fc.assert(
      fc.property(
        anyType,
        fc.oneof(resource, anyJson.filter(isObject)),
        fc.boolean(),
        (type, body, isClient) => {
          const parsed = outcomeOf(() => parseResource(isClient ? readResourceBody(body, type) : body, type));
          if (parsed instanceof ScimError) {
            expect(parsed.scimType).toBe('invalidValue');
            return;
          }
          expectSound(parsed);
          expect(parseResource(parsed, type)).toEqual(parsed);
          expect(replaceAttributes(parsed, parsed, type)).toBe(parsed);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a path is parsed or refused', () => {
    fc.assert(
      fc.property(anyType, path, (type, text) => {
        const parsed = outcomeOf(() => parsePatchPath(text, type));
        if (parsed instanceof ScimError) expect(['invalidPath', 'invalidFilter']).toContain(parsed.scimType);
        else expect(parsed.path.attribute.name).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });
});

/** No empty or null values, at most one primary value, only plain prototypes. */
const expectSound = (value: Json): void => {
  expect(value).not.toBeNull();
  if (Array.isArray(value)) {
    expect(value.length).toBeGreaterThan(0);
    expect(value.filter(isPrimary).length).toBeLessThanOrEqual(1);
    value.forEach(expectSound);
  } else if (isObject(value)) {
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).not.toHaveLength(0);
    Object.values(value).forEach(expectSound);
  }
};

const text = fc.string({ minLength: 1, maxLength: 8 }).filter((value) => value.trim() !== '');

describe('single attributes', () => {
  const paths = [
    'title',
    'nickName',
    'externalId',
    'name.givenName',
    'name.familyName',
    `${ENTERPRISE}:department`,
  ];
  const change = fc.record({
    op: fc.constantFrom('add', 'replace', 'remove'),
    path: fc.constantFrom(...paths),
    value: text,
  });

  const readAt = (attributes: JsonObject, at: string): Json | undefined => {
    const keys = at.startsWith(ENTERPRISE) ? [ENTERPRISE, at.slice(ENTERPRISE.length + 1)] : at.split('.');
    return keys.reduce<Json | undefined>(
      (value, key) => (isObject(value) ? value[key] : undefined),
      attributes,
    );
  };

  test('have, after a PATCH, what the last operation on each says', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const model = new Map<string, string>();
        for (const { op, path, value } of changes) {
          if (op === 'remove') model.delete(path);
          else model.set(path, value);
        }
        const after = patchAsWritten({ userName: 'ann' }, changes);
        for (const at of paths) expect(readAt(after, at)).toBe(model.get(at));
        expectSound(after);
      }),
    );
  });
});

describe('a conforming request means the same with and without the dialect', () => {
  const email = fc.record(
    { value: text, type: fc.constantFrom('work', 'home', 'other'), display: text },
    { requiredKeys: ['value'] },
  );
  const values: Record<string, fc.Arbitrary<Json>> = {
    title: text,
    active: fc.boolean(),
    name: fc.record({ givenName: text, familyName: text }, { requiredKeys: ['givenName'] }),
    'name.givenName': text,
    emails: fc.array(email, { minLength: 1, maxLength: 3 }),
    'emails[type eq "work"]': email,
    'emails[type eq "home" and value pr].display': text,
    'roles[primary eq true].value': text,
    [`${ENTERPRISE}:manager`]: fc.record({ value: text }),
    [ENTERPRISE]: fc.record({ department: text, manager: fc.record({ value: text }) }),
  };
  const withPath = fc
    .tuple(fc.constantFrom('add', 'replace'), fc.constantFrom(...Object.keys(values)))
    .chain(([op, at]) =>
      fc.record({ op: fc.constant(op), path: fc.constant(at), value: values[at] ?? text }),
    );
  const attributes = fc.record(
    {
      userName: text,
      title: text,
      active: fc.boolean(),
      name: values.name ?? text,
      emails: values.emails ?? text,
      [ENTERPRISE]: values[ENTERPRISE] ?? text,
    },
    { requiredKeys: ['userName'] },
  ) as fc.Arbitrary<JsonObject>;
  const withoutPath = fc.record({ op: fc.constantFrom('add', 'replace'), value: attributes });
  const removal = fc.record({
    op: fc.constant('remove'),
    path: fc.constantFrom('title', 'name.givenName', 'emails', 'emails[value co "a"]', ENTERPRISE),
  });
  const operations = fc.array(fc.oneof(withPath, withoutPath, removal), { maxLength: 5 }) as fc.Arbitrary<
    Json[]
  >;

  test('PATCH', () => {
    fc.assert(
      fc.property(operations, (list) => {
        const body = patchBody(...list);
        const written = parsePatchRequest(body, userType);
        expect(parsePatchRequest(readPatchBody(body, userType), userType)).toEqual(written);
      }),
    );
  });

  test('POST and PUT', () => {
    fc.assert(
      fc.property(attributes, (body) => {
        expect(parseResource(readResourceBody(body, userType), userType)).toEqual(
          parseResource(body, userType),
        );
      }),
    );
  });
});
