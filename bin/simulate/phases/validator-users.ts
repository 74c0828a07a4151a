// What Microsoft's SCIM validator sends about users (entra-client.md 6.1), with its habits: random text in typed fields,
// primary as text, a manager that does not exist.

import { randomBytes, randomUUID } from 'node:crypto';
import type { Exchange } from '../client.ts';
import type { Cycle } from '../cycle.ts';
import { patchBody } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { type Attributes, createBody, differences, ENTERPRISE } from '../mapping.ts';
import type { Phase } from './phase.ts';
import { managerValue } from './written.ts';

const TEXTS = [
  'displayName',
  'title',
  'nickName',
  'userType',
  'profileUrl',
  'preferredLanguage',
  'locale',
  'timezone',
  ...['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'].map(
    (sub) => `name.${sub}`,
  ),
  'emails[type eq "work"].value',
  ...['work', 'mobile', 'fax'].map((type) => `phoneNumbers[type eq "${type}"].value`),
  ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map(
    (sub) => `addresses[type eq "work"].${sub}`,
  ),
  ...['value', 'display', 'type'].map((sub) => `roles[primary eq "True"].${sub}`),
  ...['employeeNumber', 'department', 'costCenter', 'organization', 'division'].map(
    (name) => `${ENTERPRISE}:${name}`,
  ),
];

const randomText = (): string => randomBytes(6).toString('hex');
const randomTexts = (): Attributes => Object.fromEntries(TEXTS.map((path) => [path, randomText()]));

interface Sample {
  readonly id: string;
  attributes: Attributes;
}

/** The validator's user tests. */
export const validatorUsers: Phase = {
  name: 'validator: users',
  only: 'standard',
  run: (cycle) =>
    cycle.each(
      [createAndFilter, replaceAttributes, addAttributes, changeManager, severalOperations],
      (test) => test(cycle),
    ),
};

const newName = (cycle: Cycle): string => `validator.${randomText()}@${cycle.directory.domain}`;

const fullBody = (attributes: Attributes): JsonObject =>
  createBody(
    { ...attributes, [`${ENTERPRISE}:manager`]: randomText() },
    { roles: [{ primary: 'True', display: randomText(), value: randomText(), type: randomText() }] },
  );

const withoutRoles = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([path]) => !path.startsWith('roles')));

const create = async (cycle: Cycle, body: JsonObject, attributes: Attributes): Promise<Sample> => {
  const { id, resource, exchange } = await cycle.create('Users', body);
  expectEqual(cycle, attributes, resource, exchange);
  return { id, attributes };
};

const createFull = (cycle: Cycle): Promise<Sample> => {
  const attributes = withoutRoles({
    ...randomTexts(),
    userName: newName(cycle),
    externalId: randomText(),
    active: true,
  });
  return create(cycle, fullBody(attributes), attributes);
};

const createBare = (cycle: Cycle): Promise<Sample> => {
  const attributes = { userName: newName(cycle) };
  return create(cycle, createBody(attributes, {}), attributes);
};

const expectEqual = (cycle: Cycle, want: Attributes, resource: JsonObject, exchange: Exchange): void => {
  const different = differences(want, resource);
  cycle.check('GET equals what was sent', different.length === 0, exchange, different);
};

const patchAndCompare = async (
  cycle: Cycle,
  user: Sample,
  operations: readonly JsonObject[],
): Promise<JsonObject> => {
  await cycle.patch('Users', user.id, operations);
  const { resource, exchange } = await cycle.get('Users', user.id);
  expectEqual(cycle, user.attributes, resource, exchange);
  for (const list of ['addresses', 'roles', 'emails']) {
    const length = ((resource[list] ?? []) as unknown[]).length;
    cycle.check('operations on one element make one element', length <= 1, exchange, {
      [list]: resource[list] ?? null,
    });
  }
  return resource;
};

/** Create, duplicate, every filter test, delete, delete again. */
const createAndFilter = async (cycle: Cycle): Promise<void> => {
  const user = await createFull(cycle);
  const name = String(user.attributes.userName);
  await cycle.expectConflict('Users', 'userName', fullBody(user.attributes));
  const { exchange, resources } = await cycle.find('Users', `userName eq "${name}"`);
  for (const resource of resources) expectEqual(cycle, user.attributes, resource, exchange);
  const upper = `userName eq "${name.toUpperCase()}"`;
  await cycle.expectFound('a filter in upper case finds the user', 'Users', upper, [user.id]);
  await cycle.expectFound('a filter for nobody', 'Users', `userName eq "nonexistent${randomText()}"`, []);
  await cycle.delete('Users', user.id);
  await cycle.expectGone('Users', user.id, 'GET');
  await cycle.expectGone('Users', user.id, 'DELETE');
  await cycle.expectGone('Users', randomUUID(), 'DELETE');
};

/** As single operations ("verbose"), then as filtered ones and the rest without a path ("normal"). */
const singly = (op: string, attributes: Attributes): JsonObject[] =>
  Object.entries(attributes).map(([path, value]) => ({ op, path, value }));

const grouped = (cycle: Cycle, op: 'add' | 'replace', attributes: Attributes): JsonObject[] =>
  cycle.dialect.operations(Object.entries(attributes).map(([path, value]) => ({ op, path, value })));

const replaceAttributes = async (cycle: Cycle): Promise<void> => {
  const user = await createFull(cycle);
  for (const write of [
    (texts: Attributes) => singly('replace', texts),
    (texts: Attributes) => grouped(cycle, 'replace', texts),
  ]) {
    const texts = randomTexts();
    user.attributes = { ...user.attributes, ...texts };
    await patchAndCompare(cycle, user, write(texts));
  }
  user.attributes = { ...user.attributes, userName: newName(cycle) };
  await patchAndCompare(cycle, user, [
    { op: 'replace', value: { userName: user.attributes.userName ?? '' } },
  ]);
  user.attributes = { ...user.attributes, active: false };
  await patchAndCompare(cycle, user, [{ op: 'replace', path: 'active', value: false }]);
  await cycle.delete('Users', user.id);
};

const addAttributes = async (cycle: Cycle): Promise<void> => {
  for (const write of [
    (texts: Attributes) => singly('add', texts),
    (texts: Attributes) => grouped(cycle, 'add', texts),
  ]) {
    const user = await createBare(cycle);
    const texts = randomTexts();
    user.attributes = { ...user.attributes, ...texts };
    await patchAndCompare(cycle, user, write(texts));
    await cycle.delete('Users', user.id);
  }
};

const changeManager = async (cycle: Cycle): Promise<void> => {
  const user = await createBare(cycle);
  const path = `${ENTERPRISE}:manager`;
  for (const [op, value] of [
    ['add', randomText()],
    ['replace', { value: randomText() }],
    ['replace', ''],
    ['add', { value: randomText() }],
    ['replace', { value: '' }],
  ] as const) {
    const resource = await patchAndCompare(cycle, user, [{ op, path, value }]);
    const want = typeof value === 'string' ? value : value.value;
    const got = managerValue(resource);
    const { exchange } = await cycle.get('Users', user.id);
    cycle.check('the manager is reflected', want === (got ?? ''), exchange, { want, got });
  }
  await cycle.delete('Users', user.id);
};

/** The preview tests: several operations on different attributes and on the same one; the last one counts. */
const severalOperations = async (cycle: Cycle): Promise<void> => {
  const user = await createBare(cycle);
  const [first, last, title] = [randomText(), randomText(), randomText()];
  user.attributes = { ...user.attributes, displayName: last, title };
  await patchAndCompare(cycle, user, [
    { op: 'add', path: 'displayName', value: first },
    { op: 'replace', path: 'displayName', value: last },
    { op: 'add', path: 'title', value: title },
    { op: 'add', path: 'nickName', value: first },
    { op: 'remove', path: 'nickName' },
  ]);
  const body = patchBody([{ op: 'replace', path: 'displayName', value: first }]);
  await cycle.delete('Users', user.id);
  await cycle.expectGone('Users', user.id, 'PATCH', body);
};
