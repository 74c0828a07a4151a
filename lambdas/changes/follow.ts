// Hands the changes of a stream batch to each follower, after the requests that wrote them were answered.

import { isErrorOfAws } from '../platform/aws-errors.ts';
import { logError } from '../platform/log.ts';
import { tenantOf } from '../platform/tenant.ts';
import { readContext } from './batch-context.ts';
import { cleanUp } from './cleanup.ts';
import { countResources } from './count.ts';
import { eraseDead } from './erase-dead.ts';
import type { Follower, MembershipBudget } from './follower.ts';
import { publishEvents } from './publish.ts';
import type { TableChange } from './table-change.ts';

/** Run in this order. */
const followers: readonly Follower[] = [publishEvents, countResources, cleanUp, eraseDead];

/** About a second of work, for which later changes in the same shard of the stream wait. */
const MEMBERSHIPS_PER_INVOCATION = 4_000;

/**
 * Runs every follower on `changes`, in order; about `maxMemberships` memberships are written or published at most. Answers
 * with the changes that failed, each with the errors of the followers. Rejects with an AWS error that concerns the whole
 * batch.
 */
export const followChanges = (
  changes: readonly TableChange[],
  maxMemberships = MEMBERSHIPS_PER_INVOCATION,
): Promise<Failures> => followTogether(changes, { left: maxMemberships });

/** The changes that failed, each with the errors. */
export type Failures = ReadonlyMap<TableChange, readonly unknown[]>;

/** When our own code throws, it runs again on each change alone, in order, so that only the offending one fails. */
const followTogether = async (
  changes: readonly TableChange[],
  budget: MembershipBudget,
): Promise<Failures> => {
  try {
    return await followAll(changes, budget);
  } catch (error) {
    if (isErrorOfAws(error)) throw error;
    const [only, ...others] = changes;
    if (only && others.length === 0) {
      logFailure(only, error);
      return new Map([[only, [error]]]);
    }
    const failures = new Map<TableChange, readonly unknown[]>();
    for (const change of changes) {
      for (const [each, errors] of await followTogether([change], budget)) failures.set(each, errors);
    }
    return failures;
  }
};

const followAll = async (changes: readonly TableChange[], budget: MembershipBudget): Promise<Failures> => {
  const context = await readContext(changes);
  const failures = new Map<TableChange, readonly unknown[]>();
  for (const { name, wants, follow } of followers) {
    for (const { change, error } of await follow(changes.filter(wants), context, budget)) {
      logFailure(change, error, name);
      failures.set(change, [...(failures.get(change) ?? []), error]);
    }
  }
  return failures;
};

const logFailure = ({ tenant, kind }: TableChange, error: unknown, follower?: string): void =>
  logError('A change could not be processed.', error, { follower, tenant: tenantOf(tenant), kind });
