// Removes all that a tenant has stored. What leads to other items goes last, so that an erasure that was cut
// off anywhere finds the rest when it is repeated; and it holds one page of keys at a time, whatever the
// tenant's size.

import type { TenantId } from '../tenants/tenant.ts';
import { batchWrite } from '../table/batch-write.ts';
import {
  activityKey,
  backlogPK,
  logPK,
  membersPK,
  resourcesPK,
  SWITCH_SK,
  settingsPK,
  uniquePK,
} from '../table/keys.ts';
import { deleteMembers, findGroupIdsOf, walkMembers } from './members.ts';
import { queryPages } from '../table/query-pages.ts';

interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** The memberships of so many resources are looked for at the same time. */
const PAGE_SIZE = 50;

const SMALL_ITEMS_PAGE_SIZE = 1000;

/**
 * Deletes every resource of a type with its unique values and its memberships, on either side: those that a deleted
 * group left behind are found by their members. `onErased` hears how many resources each page held;
 * the answer is how many there were.
 */
export const eraseResources = async (
  tenant: TenantId,
  typeName: string,
  onErased: (resources: number) => void = () => {},
): Promise<number> => {
  let erased = 0;
  for await (const page of walkKeys(resourcesPK(tenant, typeName))) {
    await Promise.all(page.map(({ SK }) => eraseMemberships(tenant, SK)));
    await deleteItems(page);
    erased += page.length;
    if (page.length > 0) onErased(page.length);
  }
  for await (const page of walkKeys(uniquePK(tenant, typeName))) await deleteItems(page);
  return erased;
};

/** Deletes the tenant's schemas, its webhook and its activity. Its switch stays, so that it stays closed. */
export const eraseSettings = async (tenant: TenantId): Promise<void> => {
  for await (const page of walkKeys(settingsPK(tenant))) {
    await deleteItems(page.filter(({ SK }) => SK !== SWITCH_SK));
  }
  await deleteItems([activityKey(tenant)]);
};

/** Deletes the tenant's provisioning log, a tenth of a second per thousand entries or so. */
export const eraseLog = async (tenant: TenantId): Promise<void> => {
  for await (const page of walkKeys(logPK(tenant), SMALL_ITEMS_PAGE_SIZE)) await deleteItems(page);
};

/** Deletes the events that wait for the tenant's webhook. */
export const eraseBacklog = async (tenant: TenantId): Promise<void> => {
  for await (const page of walkKeys(backlogPK(tenant), SMALL_ITEMS_PAGE_SIZE)) await deleteItems(page);
};

const eraseMemberships = async (tenant: TenantId, id: string): Promise<void> => {
  for await (const members of walkMembers(tenant, id)) {
    await deleteMembers(
      tenant,
      id,
      members.map((member) => member.id),
    );
  }
  const groupIds = await findGroupIdsOf(tenant, id);
  await deleteItems(groupIds.map((groupId) => ({ PK: membersPK(tenant, groupId), SK: id })));
};

const walkKeys = (PK: string, pageSize = PAGE_SIZE) =>
  queryPages(PK, { ProjectionExpression: 'PK, SK', Limit: pageSize }) as AsyncGenerator<Key[], void, void>;

const deleteItems = (keys: readonly Key[]): Promise<void> =>
  batchWrite(keys.map((key) => ({ DeleteRequest: { Key: key } })));
