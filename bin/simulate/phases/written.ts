// Compares an answer with what was written. What Entra does not read back exactly as it wrote it, it writes again in every cycle
// (entra-client.md 3.1), so each such attribute is a deviation.

import type { Exchange } from '../client.ts';
import type { Cycle } from '../cycle.ts';
import type { DirectoryUser, Provisioned } from '../directory.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type Attributes, differences, ENTERPRISE, valueAt } from '../mapping.ts';
import { type RoleAssignment, roleNames } from '../roles.ts';

/** Compares every attribute, role and the manager, byte for byte. */
export const expectWritten = (
  cycle: Cycle,
  user: DirectoryUser,
  resource: JsonObject,
  exchange: Exchange,
): void => {
  for (const { path, want, got } of differences(user.attributes, resource)) {
    cycle.check(`${path} is what was written`, false, exchange, { wrote: want, got });
  }
  expectRoles(cycle, user, resource, exchange);
  expectManager(cycle, user, resource, exchange);
};

const expectRoles = (
  cycle: Cycle,
  { roles }: DirectoryUser,
  resource: JsonObject,
  exchange: Exchange,
): void => {
  const names = roleNames(resource);
  const missing = (roles?.names ?? []).filter((name) => !names.includes(name));
  cycle.check('every role that was written is there', missing.length === 0, exchange, { missing, names });
  if (roles?.kind !== 'assertive') return;
  const surplus = names.filter((name) => !roles.names.includes(name));
  cycle.check('replaced roles are only those that were written', surplus.length === 0, exchange, { surplus });
};

/** The value of the enterprise manager: a SCIM id, or text that the directory sent. */
export const managerValue = (resource: JsonObject): unknown => {
  const manager = valueAt(resource, `${ENTERPRISE}:manager`);
  return isObject(manager) ? manager.value : manager;
};

const expectManager = (
  cycle: Cycle,
  { manager }: DirectoryUser,
  resource: JsonObject,
  exchange: Exchange,
): void => {
  const got = managerValue(resource);
  const want = typeof manager === 'string' ? manager : manager?.id;
  const same = want === undefined ? got === undefined || got === null || got === '' : got === want;
  cycle.check('manager is what was written', same, exchange, { wrote: want, got });
};

/** Reads the user and compares it; returns the resource for further checks. */
export const expectStored = async (cycle: Cycle, user: Provisioned<DirectoryUser>): Promise<JsonObject> => {
  const { resource, exchange } = await cycle.get('Users', user.id);
  expectWritten(cycle, user, resource, exchange);
  return resource;
};

/** What a PATCH changes in the directory; attributes are merged into the existing ones. */
interface News {
  readonly attributes?: Attributes;
  readonly roles?: RoleAssignment;
  readonly manager?: DirectoryUser | undefined;
}

/**
 * Sends a PATCH. If the answer contains the user, it must be in the new state (entra-client.md 3.5), and so must a GET. A refused
 * change is not expected afterwards.
 */
export const patchUser = async (
  cycle: Cycle,
  user: Provisioned<DirectoryUser>,
  news: News,
  operations: readonly JsonObject[],
): Promise<JsonObject> => written(cycle, user, news, await cycle.patch('Users', user.id, operations));

/** The second half of patchUser, for a PATCH that has been sent already. */
export const written = (
  cycle: Cycle,
  user: Provisioned<DirectoryUser>,
  { attributes, ...references }: News,
  exchange: Exchange,
): Promise<JsonObject> => {
  Object.assign(user, references, { attributes: { ...user.attributes, ...attributes } });
  if (isObject(exchange.json)) expectWritten(cycle, user, exchange.json, exchange);
  return expectStored(cycle, user);
};
