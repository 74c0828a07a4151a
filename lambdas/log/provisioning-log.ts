// The provisioning log of a tenant: what its identity provider changed, what was refused and why. It names people and
// attributes, so that an operator finds them, and holds no other values.

import { claimKey, foldedName, nameAttribute } from '../resources/held-values.ts';
import { findHolder } from '../resources/resources-table.ts';
import type { Outcome } from '../scim/change.ts';
import { isObject } from '../scim/json.ts';
import { userType } from '../scim/schemas/resource-types.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Principal } from '../tenants/principal.ts';
import { settingsOf } from '../tenants/settings.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { allTypes, type TenantTypes, typesOf } from '../tenants/types.ts';
import type { Ids, LogEntry } from './entry.ts';
import { type LogSubject, putLogEntries, putLogEntry, walkLog } from './log-table.ts';

export type { Ids, LogEntry } from './entry.ts';

/** Whose request it was, and what it is found by. */
export interface RecordedRequest {
  readonly principal: Principal;
  readonly requestId: string;
}

export type RecordOutcomes = (request: RecordedRequest, outcomes: readonly Outcome[]) => Promise<void>;

/** Enters how a request ended. */
export const record: RecordOutcomes = async (request, outcomes) => {
  for (const entry of await describe(request, outcomes)) await putLogEntry(request.principal.tenant, entry);
};

/** Enters how each operation of a bulk request ended, 25 in one call. */
export const recordBulk: RecordOutcomes = async (request, outcomes) =>
  putLogEntries(request.principal.tenant, await describe(request, outcomes));

/** A tenant that was deleted gets no entries any more: nobody would erase them. */
const describe = async (
  { principal: { tenant, keyId }, requestId }: RecordedRequest,
  outcomes: readonly Outcome[],
): Promise<readonly LogEntry[]> => {
  const { closure } = await settingsOf(tenant);
  if (closure?.reason === 'deleted') return [];
  const [types, at] = [await typesOf(tenant), Date.now()];
  return outcomes.map((outcome) => ({ at, requestId, keyId, ...describeOutcome(outcome, types) }));
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

/** The name that a refused request asked for: often the very thing that it was refused for. */
const askedName = (body: unknown, type: ResourceType): string | undefined => {
  const attribute = nameAttribute(type);
  if (attribute === undefined || !isObject(body)) return undefined;
  const [, value] =
    Object.entries(body).find(([name]) => name.toLowerCase() === attribute.toLowerCase()) ?? [];
  return typeof value === 'string' ? value : undefined;
};

/** The names as they are compared, where they are written otherwise. */
const keysOf = (
  type: ResourceType,
  names: readonly (string | undefined)[],
): readonly string[] | undefined => {
  const keys = names.flatMap((name) => (name === undefined ? [] : (foldedName(type, name) ?? [])));
  const others = [...new Set(keys)].filter((key) => !names.includes(key));
  return others.length > 0 ? others : undefined;
};

const countIds = (ids: readonly string[] | undefined): Ids | undefined => ids && { count: ids.length, ids };

/** Which entries are asked for; all conditions must hold. */
export interface LogCondition {
  /** A userName that the user has now, or had when an entry was made. */
  readonly user?: string | undefined;
  /** Only what was refused or failed. */
  readonly failed?: boolean | undefined;
  readonly requestId?: string | undefined;
}

/** How far back: from `since` (milliseconds since the epoch), and the newest so many. */
export interface LogSpan {
  readonly since?: number | undefined;
  readonly limit?: number | undefined;
}

export type ReadLog = (span?: LogSpan) => Promise<LogEntry[]>;

/**
 * Finds out whom the condition means, once, for a log that is read again and again. Entries come oldest first; reading
 * costs as much as the log is long from `since` on, unless `limit` ends it.
 */
export const openLog = async (
  tenant: Incarnation,
  { user, failed, requestId }: LogCondition = {},
): Promise<ReadLog> => {
  const about = user === undefined ? undefined : await findUser(tenant, user);
  return async ({ since, limit = Number.POSITIVE_INFINITY } = {}) => {
    const found: LogEntry[] = [];
    for await (const page of walkLog(tenant, { from: since, requestId, failed, about }, Date.now())) {
      found.push(...page);
      if (found.length >= limit) break;
    }
    return found.slice(0, limit).reverse();
  };
};

/** More people than this have not had one name within a month. */
const MAX_IDS = 20;

/** Everybody who has or had the userName: a person may have left it behind, and another may have taken it. */
const findUser = async (tenant: Incarnation, userName: string): Promise<LogSubject> => {
  const claim = claimKey(userType, 'userName', userName) ?? '';
  const holder = await findHolder(tenant, userType.name, claim);
  const ids = new Set(holder === undefined ? [] : [holder]);
  const named = { type: userType.name, ids: [], name: foldedName(userType, userName) ?? userName };
  for await (const page of walkLog(tenant, { about: named }, Date.now())) {
    for (const { id } of page) if (id !== undefined) ids.add(id);
  }
  return { ...named, ids: [...ids].slice(0, MAX_IDS) };
};
