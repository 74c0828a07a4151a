// Reads the provisioning log of a tenant for its operator: all of it, or what is about a person, a request, or a failure.

import { claimKey, foldedName } from '../resources/held-values.ts';
import { findHolder } from '../resources/resources-table.ts';
import { userType } from '../scim/schemas/resource-types.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import type { LogEntry } from './entry.ts';
import { type LogSubject, walkLog } from './log-table.ts';

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
