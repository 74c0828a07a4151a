// The `groups` of a user, read-only (RFC 7643 §4.1.2): the direct memberships, strongly consistent.

import pMap from 'p-map';
import type { JsonObject } from '../../scim/json.ts';
import { locate } from '../../scim/representation.ts';
import { groupType } from '../../scim/schemas/resource-types.ts';
import type { Reader } from '../reader.ts';
import { isResourceId, type StoredResource } from '../stored-resource.ts';
import type { Facet, FacetView } from './facet.ts';
import { groupsOfMember } from './members.ts';
import { findMemberships, walkMembers } from './members-table.ts';

const PARALLEL_USERS = 8;

/** Up to this many users, each membership is looked up; beyond that, reading all members of the group is cheaper. */
const FEW_USERS = 25;

/** Leaves out deleted groups, whose memberships may still exist. */
const load: Facet['load'] = async (view, userIds, only) => {
  const groupIds = only
    ? await groupIdsAmong(view, userIds, only)
    : new Map(await pMap(userIds, (id) => allGroupIds(view, id), { concurrency: PARALLEL_USERS }));
  const all = new Set([...groupIds.values()].flat());
  view.work?.spendReads(all.size);
  const groups = new Map((await view.reader.many(groupType, [...all])).map((group) => [group.id, group]));
  return new Map(
    [...groupIds].map(([userId, ids]) => [
      userId,
      ids.flatMap((id) => {
        const group = groups.get(id);
        if (!group) return [];
        // Without its name the group was counted when its id was read.
        view.answer?.spend(userId, group.attributes.displayName ?? '');
        return [showGroup(view.tenantUrl, group)];
      }),
    ]),
  );
};

const showGroup = (
  tenantUrl: string,
  { id, attributes }: Pick<StoredResource, 'id' | 'attributes'>,
): JsonObject => ({
  value: id,
  $ref: locate(tenantUrl, groupType.endpoint, id),
  display: attributes.displayName ?? '',
  type: 'direct',
});

/** None for a user who does not fit into the answer any more. */
const allGroupIds = async (
  { reader, work, answer, tenantUrl }: FacetView,
  userId: string,
): Promise<[string, string[]]> => {
  if (answer?.fits(userId) === false) return [userId, []];
  const ids = (await groupsOfMember(reader, userId, work)).map(({ groupId }) => groupId);
  const nameless = (id: string) => showGroup(tenantUrl, { id, attributes: {} });
  const fits = ids.every((id) => answer?.spend(userId, nameless(id)) ?? true);
  return [userId, fits ? ids : []];
};

/** Which of the users are in which of the groups `only`. */
const groupIdsAmong = async (
  view: FacetView,
  userIds: readonly string[],
  only: ReadonlySet<string>,
): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  const add = (userId: string, groupId: string) => found.set(userId, [...(found.get(userId) ?? []), groupId]);
  const wanted = [...only].filter(isResourceId);
  if (userIds.length <= FEW_USERS) {
    view.work?.spendReads(userIds.length * wanted.length);
    const pairs = wanted.flatMap((groupId) => userIds.map((memberId) => ({ groupId, memberId })));
    for (const { groupId, member } of await findMemberships(view.reader.tenant, pairs))
      add(member.id, groupId);
    return found;
  }
  const asked = new Set(userIds);
  for (const groupId of wanted) {
    for (const userId of await memberIdsOfGroup(view.reader, groupId, view.work)) {
      if (asked.has(userId)) add(userId, groupId);
    }
  }
  return found;
};

/** The ids of the members of a group, without deleted ones. Read once per request. */
export const memberIdsOfGroup = (
  reader: Reader,
  groupId: string,
  work: FacetView['work'],
): Promise<readonly string[]> =>
  reader.once(`members of ${groupId}`, () => readMemberIds(reader, groupId, work));

/** The approximate size of a membership in the table. */
const BYTES_PER_MEMBER = 120;

const readMemberIds = async (reader: Reader, groupId: string, work: FacetView['work']): Promise<string[]> => {
  if (!isResourceId(groupId)) return [];
  const ids: string[] = [];
  for await (const page of walkMembers(reader.tenant, groupId)) {
    work?.spendBytes(page.length * BYTES_PER_MEMBER);
    for (const { id } of await reader.withoutDeleted(page)) ids.push(id);
  }
  return ids;
};

/** The `groups` facet of users. */
export const groupsOfUser: Facet = { name: 'groups', load };
