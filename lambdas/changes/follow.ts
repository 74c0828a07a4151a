// Hands the changes of a batch to each follower, after the requests that made them were answered.

import { isErrorOfAws } from '../platform/aws-errors.ts';
import { logError } from '../platform/log.ts';
import { tenantOf } from '../tenants/tenant.ts';
import { readContext } from './batch-context.ts';
import { cleanUp } from './cleanup.ts';
import { countResources } from './count.ts';
import { eraseDead } from './erase-dead.ts';
import type { Follower, MembershipBudget } from './follower.ts';
import { publishEvents } from './publish.ts';
import type { TableChange } from './table-change.ts';

/** In this order. */
const followers: readonly Follower[] = [publishEvents, countResources, cleanUp, eraseDead];

/** About a second of work; other changes in the same shard of the stream wait that long. */
const MEMBERSHIPS_PER_INVOCATION = 4_000;

/**
 * Has every follower act on `changes`, in their order; about `maxMemberships` memberships are written or published at most.
 * Answers with the changes that are not done, each with the errors of the followers that failed. Rejects with an error of
 * AWS that concerns all of them.
 */
export const followChanges = (
  changes: readonly TableChange[],
  maxMemberships = MEMBERSHIPS_PER_INVOCATION,
): Promise<Failures> => followTogether(changes, { left: maxMemberships });

/** What is not done, and why. */
export type Failures = ReadonlyMap<TableChange, readonly unknown[]>;

/** A change at which our own code breaks takes the batch with it; then each goes alone, in order, so that only that one fails. */
const followTogether = async (
  changes: readonly TableChange[],
  allowance: MembershipBudget,
): Promise<Failures> => {
  try {
    return await followAll(changes, allowance);
  } catch (error) {
    if (isErrorOfAws(error)) throw error;
    const [only, ...others] = changes;
    if (only && others.length === 0) {
      logFailure(only, error);
      return new Map([[only, [error]]]);
    }
    const undone = new Map<TableChange, readonly unknown[]>();
    for (const change of changes) {
      for (const [failed, errors] of await followTogether([change], allowance)) undone.set(failed, errors);
    }
    return undone;
  }
};

const followAll = async (changes: readonly TableChange[], allowance: MembershipBudget): Promise<Failures> => {
  const context = await readContext(changes);
  const undone = new Map<TableChange, readonly unknown[]>();
  for (const { name, wants, follow } of followers) {
    for (const { change, error } of await follow(changes.filter(wants), context, allowance)) {
      logFailure(change, error, name);
      undone.set(change, [...(undone.get(change) ?? []), error]);
    }
  }
  return undone;
};

const logFailure = ({ tenant, kind }: TableChange, error: unknown, follower?: string): void =>
  logError('What follows from a change is not done.', error, { follower, tenant: tenantOf(tenant), kind });
