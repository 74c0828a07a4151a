// Clearing values (entra-client.md 3.9, 6.2): "" and null clear every optional attribute, one operation each or all in
// one without a path; so does Remove, with or without a value. A cleared attribute can be written again.

import type { Exchange } from '../client.ts';
import type { Cycle } from '../cycle.ts';
import { type DirectoryUser, type Provisioned, provisioned } from '../directory.ts';
import type { Json, JsonObject } from '../json.ts';
import { differences, ENTERPRISE, isCleared, valueAt } from '../mapping.ts';
import { everyNth, type Phase } from './phase.ts';
import { patchUser } from './written.ts';

type User = Provisioned<DirectoryUser>;

const MANAGER = `${ENTERPRISE}:manager`;
const REQUIRED = new Set(['userName', 'active', 'externalId', 'emails[type eq "work"].primary']);

const one =
  (op: string, value?: Json) =>
  (paths: string[]): JsonObject[] =>
    paths.map((path) => ({ op, path, ...(value !== undefined && { value }) }));
const pathless =
  (op: string, value: Json) =>
  (paths: string[]): JsonObject[] => [{ op, value: Object.fromEntries(paths.map((path) => [path, value])) }];

const WAYS = {
  legacy: [
    one('Replace', ''),
    one('Replace', null),
    pathless('Replace', ''),
    one('Remove'),
    one('Remove', 'x'),
  ],
  standard: [
    one('replace', ''),
    one('replace', null),
    pathless('replace', ''),
    pathless('replace', null),
    one('remove'),
  ],
};

const MANAGER_WAYS: readonly JsonObject[] = [
  { op: 'Replace', path: MANAGER, value: '' },
  { op: 'replace', path: MANAGER, value: { value: '' } },
  { op: 'Remove', path: MANAGER },
  { op: 'replace', value: { [MANAGER]: '' } },
];

/** Clears, verifies and restores some users, in every way that the dialect has. */
export const clearing: Phase = {
  name: 'clearing values',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users);
    const ways = WAYS[cycle.dialect.name];
    await cycle.each(everyNth(users, 12, 2), (user, index) => {
      const way = ways[index % ways.length] as (typeof ways)[number];
      return clearAndRestore(cycle, user, way);
    });
    const managed = users.filter(({ manager }) => manager);
    await cycle.each(everyNth(managed, 12, 5), (user, index) => clearManager(cycle, user, index));
  },
};

const clearAndRestore = async (
  cycle: Cycle,
  user: User,
  way: (paths: string[]) => JsonObject[],
): Promise<void> => {
  const paths = Object.keys(user.attributes).filter((path) => !REQUIRED.has(path));
  const answer = await cycle.patch('Users', user.id, way(paths));
  const { resource, exchange } = await cycle.get('Users', user.id);
  expectCleared(cycle, paths, resource, exchange);
  if (answer.status === 200) expectCleared(cycle, paths, answer.json as JsonObject, answer);
  const { userName } = user.attributes;
  cycle.check('clearing leaves the userName', resource.userName === userName, exchange, resource.userName);
  cycle.check(
    'clearing leaves the user active',
    resource.active === user.attributes.active,
    exchange,
    resource.active,
  );
  const again = differences(user.attributes, resource);
  const changes = again.map(({ path, want }) => ({ op: 'add', path, value: want }) as const);
  await patchUser(cycle, user, {}, cycle.dialect.operations(changes));
};

const expectCleared = (cycle: Cycle, paths: string[], resource: JsonObject, exchange: Exchange): void => {
  const left = paths.filter((path) => !isCleared(valueAt(resource, path)));
  cycle.check('cleared is absent, null or ""', left.length === 0, exchange, { left });
};

const clearManager = async (cycle: Cycle, user: User, index: number): Promise<void> => {
  const before = user.manager;
  const way = MANAGER_WAYS[index % MANAGER_WAYS.length] as JsonObject;
  await patchUser(cycle, user, { manager: undefined }, [way]);
  if (typeof before !== 'object' || !before.id) return;
  const again = cycle.dialect.operations([{ op: 'add', path: MANAGER, value: before.id }]);
  await patchUser(cycle, user, { manager: before }, again);
};
