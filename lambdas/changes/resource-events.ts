// Which event a change of a user or group is, derived from its state before and after alone.

import type { EventType, GroupSubject, UserSubject } from '../events/event.ts';
import { isVisible } from '../resources/reader.ts';
import type { StoredResource } from '../resources/stored-resource.ts';
import { changedAttributes } from '../scim/changed-attributes.ts';
import type { JsonObject } from '../scim/json.ts';

/** The part of a `BusinessEvent` that describes what happened to a resource. */
export interface ResourceEvent {
  readonly type: EventType;
  readonly resource: UserSubject | GroupSubject;
  readonly changed?: readonly string[];
  readonly previousUserName?: string;
  readonly previousDisplayName?: string;
  readonly softDeleted?: true;
}

/**
 * What happened to a user; undefined for a change without an event. One change is one event, the most specific: a PATCH
 * that disables a user and moves them to another department is `user.deactivated`, and `changed` lists both.
 */
export const describeUserChange = (
  before: StoredResource | undefined,
  after: StoredResource | undefined,
): ResourceEvent | undefined => {
  if (!after) return before && describeUserDeletion(userSubject(before));
  const resource = userSubject(after);
  if (!before) return { type: 'user.created', resource };
  const previous = userSubject(before);
  const changed = changedAttributes(before.attributes, after.attributes);
  if (changed.length === 0) return undefined;
  return {
    type: userEvent(previous, resource),
    resource,
    changed,
    ...(resource.userName !== previous.userName && { previousUserName: previous.userName }),
    ...(isSoftDeletion(previous, resource) && { softDeleted: true }),
  };
};

/** For a user that was soft-deleted before, `previousUserName` is the name that subscribers know. */
const describeUserDeletion = (user: UserSubject): ResourceEvent => ({
  type: 'user.deleted',
  resource: user,
  ...(isSoftDeleted(user) && { previousUserName: user.userName.slice(OBJECT_ID_LENGTH) }),
});

const userEvent = (before: UserSubject, after: UserSubject): EventType => {
  if (before.active === after.active) return 'user.updated';
  if (!after.active) return 'user.deactivated';
  return isSoftDeleted(before) ? 'user.restored' : 'user.reactivated';
};

/** The object id in Entra, 32 hexadecimal digits, before the name. */
const SOFT_DELETED_NAME = /^[0-9a-f]{32}(?=.)/i;
const OBJECT_ID_LENGTH = 32;

/**
 * A soft delete in the directory, as Entra sends it (entra-client.md §3.6): one PATCH sets `active` to False and prefixes
 * the userName with the object id, which frees the name for another person. No request says "deleted".
 */
const isSoftDeletion = (before: UserSubject, after: UserSubject) =>
  !after.active &&
  SOFT_DELETED_NAME.test(after.userName) &&
  after.userName.slice(OBJECT_ID_LENGTH).toLowerCase() === before.userName.toLowerCase();

/** Entra may restore the name in the request that sets `active`, before it, or after it. */
const isSoftDeleted = ({ active, userName }: UserSubject) => !active && SOFT_DELETED_NAME.test(userName);

/**
 * What happened to a group; undefined when only its version changed, as it does with every change of members. A group
 * created with members counts as created once it becomes visible.
 */
export const describeGroupChange = (
  was: StoredResource | undefined,
  is: StoredResource | undefined,
): ResourceEvent | undefined => {
  const before = was && isVisible(was) ? was : undefined;
  const after = is && isVisible(is) ? is : undefined;
  if (!after) return before && { type: 'group.deleted', resource: groupSubject(before) };
  const resource = groupSubject(after);
  if (!before) return { type: 'group.created', resource };
  const changed = changedAttributes(before.attributes, after.attributes);
  if (changed.length === 0) return undefined;
  const previousDisplayName = String(before.attributes.displayName);
  return previousDisplayName === resource.displayName
    ? { type: 'group.updated', resource, changed }
    : { type: 'group.renamed', resource, changed, previousDisplayName };
};

/** The state of a user or group as its creation event, for a resync. */
export const describeState = (typeName: 'User' | 'Group', state: StoredResource): ResourceEvent =>
  typeName === 'User'
    ? { type: 'user.created', resource: userSubject(state) }
    : { type: 'group.created', resource: groupSubject(state) };

const userSubject = ({ id, attributes }: StoredResource): UserSubject => ({
  type: 'User',
  id,
  userName: String(attributes.userName),
  ...externalId(attributes),
  active: attributes.active !== false,
});

const groupSubject = ({ id, attributes }: StoredResource): GroupSubject => ({
  type: 'Group',
  id,
  displayName: String(attributes.displayName),
  ...externalId(attributes),
});

const externalId = ({ externalId: value }: JsonObject) =>
  typeof value === 'string' ? { externalId: value } : {};
