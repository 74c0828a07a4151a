// What follows from changes of the table, after they have been answered: the product is told, resources are counted,
// memberships are cleaned up. Records repeat and may be cut off anywhere, so each of the three may be done again.

import { publish } from '../events/bus.ts';
import { logError } from '../platform/log.ts';
import { type Incarnation, partsOf } from '../tenants/tenant.ts';
import { type CountedChange, countOnce } from '../store/counters.ts';
import type { ResourceChange, TableChange } from '../store/table-changes.ts';
import { describeChange } from './business-events.ts';
import { type Circumstances, readCircumstances } from './circumstances.ts';
import { type Allowance, cleanUpAfter, MEMBERSHIPS_PER_INVOCATION } from './cleanup.ts';

export { readTableChange as readChange, type TableChange } from '../store/table-changes.ts';

/**
 * Does what follows from `changes`, in their order, and deletes at most about so many memberships at once; answers with
 * the changes that are not done and must be delivered again.
 */
export const followChanges = async (
  changes: readonly TableChange[],
  maxMemberships = MEMBERSHIPS_PER_INVOCATION,
): Promise<ReadonlySet<TableChange>> => {
  const circumstances = await readCircumstances(changes);
  return new Set([
    ...(await tell(changes, circumstances)),
    ...(await count(changes)),
    ...(await cleanUp(changes, circumstances, { left: maxMemberships })),
  ]);
};

const tell = async (
  changes: readonly TableChange[],
  circumstances: Circumstances,
): Promise<readonly TableChange[]> => {
  const told = changes.flatMap((change) => {
    const event = describeChange(change, circumstances);
    return event ? [{ change, event }] : [];
  });
  const refused = new Set(await publish(told.map(({ event }) => event)));
  return told.filter(({ event }) => refused.has(event)).map(({ change }) => change);
};

/** One transaction for what a batch says of one tenant and type. */
const count = async (changes: readonly TableChange[]): Promise<readonly TableChange[]> => {
  const counted = changes
    .filter((change) => change.kind === 'resource')
    .filter(({ before, after }) => !before !== !after);
  const groups = Map.groupBy(counted, ({ tenant, typeName }) => JSON.stringify([tenant, typeName]));
  const failed = await Promise.all(
    [...groups.values()].map((group) =>
      attempt(group, ([first]) => {
        const { tenant, typeName } = first as ResourceChange;
        return countOnce(tenant, typeName, group.map(toCount), Date.now());
      }),
    ),
  );
  return failed.flat();
};

const toCount = ({ changeId, after }: ResourceChange): CountedChange => ({
  changeId,
  delta: after ? 1 : -1,
});

const cleanUp = async (
  changes: readonly TableChange[],
  circumstances: Circumstances,
  allowance: Allowance,
): Promise<readonly TableChange[]> => {
  const failed: TableChange[] = [];
  for (const change of changes) {
    failed.push(...(await attempt([change], () => cleanUpAfter(change, circumstances, allowance))));
  }
  return failed;
};

/** Those of `changes` that are not done: none, or all. */
const attempt = async <Change extends TableChange>(
  changes: readonly Change[],
  act: (changes: readonly Change[]) => Promise<void>,
): Promise<readonly Change[]> => {
  try {
    await act(changes);
    return [];
  } catch (error) {
    const { tenant, kind } = changes[0] as { tenant: Incarnation; kind: string };
    logError('What follows from a change is not done.', error, { ...partsOf(tenant), kind });
    return changes;
  }
};
