// Erases all data of a tenant. An item by which others are found goes after them, so that an interrupted erasure finds the rest
// when it is repeated. One page of keys is in memory at a time, whatever the tenant's size.

import { eraseSetAside } from '../changes/set-aside/set-aside.ts';
import { deleteToken } from '../credentials/write-token-secret.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import { deleteItems } from '../table/batch-write.ts';
import { erasePartition, walkKeys } from '../table/erase-partition.ts';
import { idInEntry } from '../table/keys.ts';
import type { Key } from '../table/transact.ts';
import { removeWebhook } from '../webhooks/webhooks-table.ts';
import { itemKinds, linkKinds } from './item-kinds.ts';

/** Resources whose memberships are erased in parallel. */
const PAGE_SIZE = 50;

/**
 * Erases the secret, the set-aside changes and every item of the incarnation, except the tenant's own (tenants/tenants-table.ts).
 * `types` are the names of its custom resource types; `onErased` is called with the number of resources in each page.
 * Idempotent.
 */
export const eraseIncarnation = async (
  tenant: Incarnation,
  types: readonly string[],
  onErased: (resources: number) => void = () => {},
): Promise<void> => {
  await deleteToken(tenant);
  // The webhook goes before its backlog, or deliveries would keep adding to that.
  await removeWebhook(tenant);
  const all = [...new Set([userType.name, groupType.name, ...types])];
  for (const { partitions, keys, idsIn, isResource } of itemKinds) {
    await deleteItems(keys?.(tenant) ?? []);
    for (const partition of partitions?.(tenant, all) ?? []) {
      if (!idsIn) {
        await erasePartition(partition);
        continue;
      }
      for await (const page of walkKeys(partition, PAGE_SIZE)) {
        const ids = new Set(page.flatMap(({ SK }) => idsIn(SK)));
        await Promise.all(Array.from(ids, (id) => eraseLinks(tenant, id)));
        await deleteItems(page);
        const resources = page.filter(({ SK }) => idInEntry(SK) === SK).length;
        if (isResource && resources > 0) onErased(resources);
      }
    }
  }
  await eraseSetAside(tenant);
};

const eraseLinks = async (tenant: Incarnation, id: string): Promise<void> => {
  for (const { partitionOf, otherSide } of linkKinds) {
    for await (const page of walkKeys(partitionOf(tenant, id))) {
      // The items by which the links are found go last.
      await deleteItems(page.map(({ SK }): Key => otherSide(tenant, id, SK)));
      await deleteItems(page);
    }
  }
};
