// Keeps the number of resources of each type: each change counts once, however often its record is delivered. A pending
// group does not count yet.

import { isErrorOfAws } from '../platform/aws-errors.ts';
import { now } from '../platform/clock.ts';
import { type CountedChange, countOnce } from '../resources/counters-table.ts';
import { isVisible } from '../resources/reader.ts';
import type { StoredResource } from '../resources/stored-resource.ts';
import type { FailedChange, Follower } from './follower.ts';
import type { ResourceTableChange, TableChange } from './table-change.ts';

/** Updates the counters, once per tenant and type in a batch. */
export const countResources: Follower = {
  name: 'countResources',
  wants: ({ kind }) => kind === 'resource',
  follow: async (changes, context) => {
    const counted = changes.filter(
      (change): change is ResourceTableChange => changesCount(change) && context.isServed(change.tenant),
    );
    const groups = Map.groupBy(counted, ({ tenant, typeName }) => JSON.stringify([tenant, typeName]));
    const failed = await Promise.all([...groups.values()].map(countGroup));
    return failed.flat();
  },
};

const changesCount = (change: TableChange): change is ResourceTableChange =>
  change.kind === 'resource' && isCounted(change.before) !== isCounted(change.after);

const isCounted = (resource: StoredResource | undefined) => resource !== undefined && isVisible(resource);

const countGroup = async (changes: readonly ResourceTableChange[]): Promise<readonly FailedChange[]> => {
  const [first] = changes;
  if (!first) return [];
  try {
    await countOnce(first.tenant, first.typeName, changes.map(toCount), now());
    return [];
  } catch (error) {
    if (changes.length === 1 || isErrorOfAws(error)) return changes.map((change) => ({ change, error }));
    // One change breaks the batch: alone, the others succeed.
    const each: FailedChange[] = [];
    for (const change of changes) each.push(...(await countGroup([change])));
    return each;
  }
};

const toCount = ({ changeId, id, after }: ResourceTableChange): CountedChange => ({
  changeId,
  id,
  delta: isCounted(after) ? 1 : -1,
});
