// Writes the provisioning log of a tenant: what its identity provider changed, and what was refused and why. Entries contain
// the names of users and of attributes, so that an operator finds them, but no other values.

import pMap from 'p-map';
import { bestEffort } from '../platform/best-effort.ts';
import { now } from '../platform/clock.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { foldedName, groupNamePrefix, nameAttribute } from '../resources/held-values.ts';
import { findHolders } from '../resources/resources-table.ts';
import type { Outcome } from '../scim/change.ts';
import { foldCase } from '../scim/filter/comparison.ts';
import { isObject, valueNamed } from '../scim/json.ts';
import { groupType } from '../scim/schemas/resource-types.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Principal } from '../tenants/principal.ts';
import { settingsOf } from '../tenants/settings.ts';
import { allTypes, type TenantTypes, typesOf } from '../tenants/types.ts';
import type { Ids, LogEntry, Names } from './entry.ts';
import { putLogEntries, putLogEntry } from './log-table.ts';

/** The request that is recorded. */
interface RecordedRequest {
  readonly principal: Principal;
  readonly requestId: string;
}

/** Records how the operations of a request ended. Rejects when the log cannot be written. */
export type RecordOutcomes = (request: RecordedRequest, outcomes: readonly Outcome[]) => Promise<void>;

/** For requests with one operation. */
export const record: RecordOutcomes = async (request, outcomes) => {
  for (const entry of await describe(request, outcomes)) await putLogEntry(request.principal.tenant, entry);
};

/** For bulk requests: 25 entries a call. */
export const recordBulk: RecordOutcomes = async (request, outcomes) =>
  putLogEntries(request.principal.tenant, await describe(request, outcomes));

/** No entries for a tenant that was deleted: nobody would erase them. */
const describe = async (
  { principal: { tenant, keyId }, requestId }: RecordedRequest,
  outcomes: readonly Outcome[],
): Promise<readonly LogEntry[]> => {
  const { closure } = await settingsOf(tenant);
  if (closure?.reason === 'deleted') return [];
  const [types, at] = [await typesOf(tenant), now()];
  const sameNames = await findSameNames(tenant, outcomes);
  return outcomes.map((outcome, index) => ({
    ...{ at, requestId, keyId },
    ...describeOutcome(outcome, types),
    sameName: sameNames[index],
  }));
};

/** Reads for the entries of one bulk request at a time. */
const PARALLEL_READS = 10;

/** For each outcome; none of them where the reads fail or take longer than an answer waits for what it does not need. */
const findSameNames = (
  tenant: Incarnation,
  outcomes: readonly Outcome[],
): Promise<readonly (Names | undefined)[]> =>
  bestEffort(() =>
    pMap(outcomes, (outcome) => findSameName(tenant, outcome), { concurrency: PARALLEL_READS }),
  ).catch(() => []);

/**
 * The other groups of the name that a group was given: possible with different externalIds, but Entra, where it matches groups
 * by displayName, then finds several and gives up. One read, and only for a group that is new or renamed.
 */
const findSameName = async (tenant: Incarnation, { change }: Outcome): Promise<Names | undefined> => {
  if (change?.typeName !== groupType.name || change.name === undefined) return undefined;
  const isNamed = change.attributes.includes('displayName');
  if (!isNamed) return undefined;
  const prefix = groupNamePrefix(foldCase(change.name));
  const ids = await findHolders(tenant, groupType.name, prefix);
  const others = ids.filter((id) => id !== change.id);
  return others.length > 0 ? firstNames(others) : undefined;
};

const describeOutcome = (
  { method, path, body, status, error, change }: Outcome,
  types: TenantTypes,
): Omit<LogEntry, 'at' | 'requestId' | 'keyId'> => {
  const [collection = '', id] = path;
  const known = allTypes(types);
  const askedType = known.find(({ endpoint }) => endpoint.toLowerCase() === `/${collection.toLowerCase()}`);
  const type = change ? known.find(({ name }) => name === change.typeName) : askedType;
  const name = change ? change.name : askedType && askedName(body, askedType);
  return {
    operation: operationOf(method, path),
    ...(askedType ? { type: askedType.name, id: resourceIdIn(id), name } : { path: `/${path.join('/')}` }),
    keys: type && keysOf(type, [name, change?.previousName]),
    ...(change && {
      type: change.typeName,
      id: change.id,
      name,
      previousName: change.previousName,
      attributes: change.attributes,
      undeclared: change.undeclared && firstNames(change.undeclared),
      leftOut: change.leftOut && firstNames(change.leftOut),
      added: countIds(change.added),
      removed: countIds(change.removed),
    }),
    status,
    ...(error && { scimType: error.scimType, detail: error.loggable }),
  };
};

const SEARCH = '.search';

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'delete',
  GET: 'read',
};

const operationOf = (method: string, path: readonly string[]): string => {
  if (path.at(-1) === SEARCH) return 'search';
  if (path[0]?.toLowerCase() === 'bulk') return 'bulk';
  if (method === 'GET' && path.length === 1) return 'list';
  return OPERATIONS[method] ?? method.toLowerCase();
};

const resourceIdIn = (segment: string | undefined) => (segment === SEARCH ? undefined : segment);

/** The name in the body of a refused request: often the reason for the refusal. */
const askedName = (body: unknown, type: ResourceType): string | undefined => {
  const attribute = nameAttribute(type);
  if (attribute === undefined || !isObject(body)) return undefined;
  const value = valueNamed(body, attribute);
  return typeof value === 'string' ? value : undefined;
};

/** The names in normalized form, where that differs. */
const keysOf = (
  type: ResourceType,
  names: readonly (string | undefined)[],
): readonly string[] | undefined => {
  const keys = names.flatMap((name) => (name === undefined ? [] : (foldedName(type, name) ?? [])));
  const others = [...new Set(keys)].filter((key) => !names.includes(key));
  return others.length > 0 ? others : undefined;
};

/** Entries cut them further. */
const firstNames = (names: readonly string[]): Names => ({ count: names.length, names });

const countIds = (ids: readonly string[] | undefined): Ids | undefined => ids && { count: ids.length, ids };
