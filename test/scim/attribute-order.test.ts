// The table returns the keys of a map in any order; a response always has the order of the schemas.

import { describe, expect, test } from '@jest/globals';
import { isObject, type Json, type JsonObject } from '../../lambdas/scim/json.ts';
import { parseProjection, project } from '../../lambdas/scim/query/projection.ts';
import { represent } from '../../lambdas/scim/representation.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { attribute, type ResourceType, type Schema } from '../../lambdas/scim/schemas/schema.ts';
import { describeSchema } from '../../lambdas/scim/service-provider.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BADGE = 'urn:acme:Badge';
const TENANT_URL = 'https://scim.example/acme/v2';

const badge: Schema = {
  id: BADGE,
  name: 'Badge',
  description: '',
  attributes: [
    attribute('number', ''),
    attribute('doors', '', {
      multiValued: true,
      subAttributes: [attribute('zone', ''), attribute('area', '')],
    }),
    attribute('anything', ''),
  ],
};

const withBadge: ResourceType = {
  ...userType,
  schemaExtensions: [...userType.schemaExtensions, { schema: badge, required: false }],
};

const device: ResourceType = {
  name: 'Device',
  endpoint: '/Devices',
  description: '',
  schema: { ...badge, id: 'urn:acme:Device' },
  schemaExtensions: [],
};

/** The same values, with the keys of each object in the order of `compare`. */
const reorder = (value: Json, compare: (one: string, other: string) => number): Json => {
  if (Array.isArray(value)) return value.map((element) => reorder(element, compare));
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort(compare);
  return Object.fromEntries(names.map((name) => [name, reorder(value[name] ?? null, compare)]));
};

const orders: [order: string, compare: (one: string, other: string) => number][] = [
  ['of the alphabet', (one, other) => (one < other ? -1 : 1)],
  ['of the alphabet from its end', (one, other) => (one > other ? -1 : 1)],
  ['of length', (one, other) => one.length - other.length || (one < other ? -1 : 1)],
];

const answer = (type: ResourceType, attributes: JsonObject, asked?: string, computed: JsonObject = {}) => {
  const state = { id: 'a1', version: 3, created: 0, lastModified: 0, attributes };
  return project(
    { ...represent(state, type, TENANT_URL), ...computed },
    parseProjection(asked, undefined, type),
  );
};

const META = [
  'meta',
  'meta.resourceType',
  'meta.created',
  'meta.lastModified',
  'meta.location',
  'meta.version',
];

/** The names in the order of the text, `emails.value` for a part; lists of objects give those of each element. */
const namesIn = (value: Json, path = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((element) => namesIn(element, path));
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const inner = path === '' ? name : `${path}.${name}`;
    return [inner, ...namesIn(value[name] ?? null, inner)];
  });
};

const ada: JsonObject = {
  externalId: 'e1',
  userName: 'ada',
  name: { formatted: 'Ada L', familyName: 'L', givenName: 'Ada' },
  displayName: 'Ada',
  active: true,
  emails: [
    { value: 'a@acme.example', type: 'work', primary: true },
    { value: 'a@home.example', type: 'home' },
  ],
  [ENTERPRISE]: { costCenter: '7', department: 'Engines', manager: { value: 'm1', displayName: 'Charles' } },
  [BADGE]: { number: '12', doors: [{ zone: 'N', area: '1' }, { area: '2' }] },
};

describe.each(orders)('stored in the order %s', (_, compare) => {
  const stored = (attributes: JsonObject) => reorder(attributes, compare) as JsonObject;

  test('schemas, id, externalId, core, extensions, meta', () => {
    expect(namesIn(answer(withBadge, stored(ada)))).toEqual([
      'schemas',
      'id',
      'externalId',
      'userName',
      ...['name', 'name.formatted', 'name.familyName', 'name.givenName'],
      'displayName',
      'active',
      ...['emails', 'emails.value', 'emails.type', 'emails.primary', 'emails.value', 'emails.type'],
      ...[ENTERPRISE, `${ENTERPRISE}.costCenter`, `${ENTERPRISE}.department`, `${ENTERPRISE}.manager`],
      ...['value', '$ref', 'displayName'].map((name) => `${ENTERPRISE}.manager.${name}`),
      ...[BADGE, `${BADGE}.number`, `${BADGE}.doors`],
      ...['zone', 'area', 'area'].map((name) => `${BADGE}.doors.${name}`),
      ...META,
    ]);
  });

  test.each<[asked: string, names: string[]]>([
    ['emails.type,emails.value,userName', ['userName', 'emails', 'emails.value', 'emails.type']],
    ['meta.version,active,meta.created', ['active', 'meta', 'meta.created', 'meta.version']],
    [`${BADGE}:number,department`, [ENTERPRISE, `${ENTERPRISE}.department`, BADGE, `${BADGE}.number`]],
  ])('the order in which a client asks does not matter: %s', (asked, names) => {
    const shown = namesIn(answer(withBadge, stored(ada), asked));
    expect([...new Set(shown)]).toEqual(['schemas', 'id', ...names]);
  });

  test('members and groups, which are not stored, stand where their schema has them', () => {
    const members = [stored({ value: 'u1', $ref: 'https://scim.example/u1', type: 'User' })];
    const group = answer(groupType, stored({ displayName: 'Engine', externalId: 'g' }), undefined, {
      members,
    });
    expect(namesIn(group)).toEqual([
      ...['schemas', 'id', 'externalId', 'displayName'],
      ...['members', 'members.value', 'members.$ref', 'members.type'],
      ...META,
    ]);
    const groups = [stored({ value: 'g1', display: 'Engine', type: 'direct' })];
    const user = answer(userType, stored({ userName: 'ada' }), 'groups,userName,meta.version', { groups });
    expect(Object.keys(user)).toEqual(['schemas', 'id', 'userName', 'groups', 'meta']);
  });

  test("a tenant's own type", () => {
    const lamp = stored({ number: '1', doors: [{ zone: 'N', area: '1' }], anything: 'x', externalId: 'e' });
    expect(namesIn(answer(device, lamp))).toEqual([
      ...['schemas', 'id', 'externalId', 'number', 'doors', 'doors.zone', 'doors.area', 'anything'],
      ...META,
    ]);
  });

  test('what a removed schema left, and a value of another form than its schema says, is shown in one order (S2.5)', () => {
    const anything = { b: [{ d: 1, c: 2 }], a: 'x' };
    const left = stored({ userName: 'ada', [BADGE]: { number: '1', anything, gone: 'x' }, shoeSize: '43' });
    expect(namesIn(answer(userType, left))).toEqual([
      ...['schemas', 'id', 'userName', BADGE, `${BADGE}.anything`, `${BADGE}.anything.a`],
      ...[`${BADGE}.anything.b`, `${BADGE}.anything.b.c`, `${BADGE}.anything.b.d`],
      ...[`${BADGE}.gone`, `${BADGE}.number`],
      ...META,
    ]);
    const shown = answer(withBadge, left);
    expect(namesIn(shown[BADGE] ?? null)).toEqual([
      ...['number', 'anything', 'anything.a', 'anything.b', 'anything.b.c', 'anything.b.d'],
    ]);
    expect(shown[BADGE]).toEqual({ number: '1', anything });
  });

  test('a schema that a tenant added is described like any other', () => {
    const schema = reorder(badge as unknown as JsonObject, compare) as unknown as Schema;
    expect(JSON.stringify(describeSchema(schema, TENANT_URL))).toBe(
      JSON.stringify(describeSchema(badge, TENANT_URL)),
    );
  });
});
