// Reads the provisioning log of a tenant for its operator: all of it, or filtered by user, request or failure.

import { now } from '../platform/clock.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { claimKey, foldedName } from '../resources/held-values.ts';
import { findHolder } from '../resources/resources-table.ts';
import { userType } from '../scim/schemas/resource-types.ts';
import type { LogEntry } from './entry.ts';
import { type LogSubject, walkLog } from './log-table.ts';

/** Filters; all must match. */
export interface LogCondition {
  /** A userName that the user has now, or had when an entry was written. */
  readonly user?: string | undefined;
  /** Only requests that were refused or failed. */
  readonly failed?: boolean | undefined;
  readonly requestId?: string | undefined;
}

/** How far back to read. */
export interface LogSpan {
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
  /** Only the newest so many entries. */
  readonly limit?: number | undefined;
}

/** Reads the log once, with the filters with which it was opened; oldest first. */
export type ReadLog = (span?: LogSpan) => Promise<LogEntry[]>;

/**
 * Resolves the user once, for a log that is read repeatedly. Each read costs as much as all entries from `since` on, unless
 * `limit` ends it earlier.
 */
export const openLog = async (
  tenant: Incarnation,
  { user, failed, requestId }: LogCondition = {},
): Promise<ReadLog> => {
  const about = user === undefined ? undefined : await findUser(tenant, user);
  return async ({ sinceMs, limit = Number.POSITIVE_INFINITY } = {}) => {
    const found: LogEntry[] = [];
    for await (const page of walkLog(tenant, { sinceMs, requestId, failed, about }, now())) {
      found.push(...page);
      if (found.length >= limit) break;
    }
    return found.slice(0, limit).reverse();
  };
};

/** More users than ever had one name within a month. */
const MAX_IDS = 20;

/** All users that have or had the userName: one may have given it up, and another taken it. */
const findUser = async (tenant: Incarnation, userName: string): Promise<LogSubject> => {
  const claim = claimKey(userType, 'userName', userName) ?? '';
  const holder = await findHolder(tenant, userType.name, claim);
  const ids = new Set(holder === undefined ? [] : [holder]);
  const named = { type: userType.name, ids: [], name: foldedName(userType, userName) ?? userName };
  for await (const page of walkLog(tenant, { about: named }, now())) {
    for (const { id } of page) if (id !== undefined) ids.add(id);
  }
  return { ...named, ids: [...ids].slice(0, MAX_IDS) };
};
