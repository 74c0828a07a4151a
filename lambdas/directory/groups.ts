// Groups: the generic resource, with members that are items of their own.

import type { Tenant, Incarnation } from '../tenants/tenant.ts';
import type { Change } from '../scim/change.ts';
import { preconditionFailed } from '../scim/errors.ts';
import type { Json, JsonObject } from '../scim/json.ts';
import { applyPatch } from '../scim/patch.ts';
import { parsePatchPath } from '../scim/patch-path.ts';
import { type PatchOperation, parsePatchRequest } from '../scim/patch-request.ts';
import type { Projection } from '../scim/projection.ts';
import { parseQuery } from '../scim/query.ts';
import type { NoContent, Representation } from '../scim/representation.ts';
import { parseResource, replaceAttributes } from '../scim/resource.ts';
import { groupType } from '../scim/resource-types.ts';
import type { ResourceType } from '../scim/schema.ts';
import { checkIfMatch } from '../scim/version.ts';
import { deleteMembers, type Member, putMembers, touchGroup } from '../store/members.ts';
import type { StoredResource } from '../store/resources.ts';
import { readPatchBody, readResourceBody } from './dialect.ts';
import {
  foldMemberOperations,
  memberIds,
  membersOfGroup,
  resolveMembers,
  showMember,
  writeMembership,
} from './membership.ts';
import { type ChangedMembers, describeChange } from './resource-change.ts';
import { type Parameters, resourceService, showResource } from './resource-service.ts';
import {
  assertUnique,
  changeResource,
  isResourceId,
  newResource,
  noSuchResource,
  requireResource,
  storeNewResource,
} from './resources.ts';
import { typesOf } from './tenant-types.ts';

const withoutMembers = resourceService(({ group }) => group, membersOfGroup);

/** The group type with the tenant's extensions. */
const typeFor = async ({ id }: Tenant) => (await typesOf(id)).group;

/**
 * The members are written first, under an id that nobody knows yet, and the group last: a creation that is cut off leaves
 * nothing to be seen.
 */
const create = async (tenant: Tenant, body: JsonObject, parameters: Parameters) => {
  const type = await typeFor(tenant);
  const { projection } = parseQuery(parameters, type);
  const { members: value, ...attributes } = parseResource(readResourceBody(body, type), type);
  const group = newResource(attributes);
  const members = await resolveMembers(tenant.id, group.id, new Set(memberIds(value)));
  const change = describeChange(type, undefined, group, { added: idsOf(members), removed: [] });
  if (members.length === 0) {
    await storeNewResource(tenant.id, type, group);
    return withKnownMembers(tenant, type, group, projection, [], change);
  }
  await assertUnique(tenant.id, type, group);
  await putMembers(tenant.id, group.id, members);
  try {
    await storeNewResource(tenant.id, type, group);
  } catch (error) {
    await deleteMembers(tenant.id, group.id, idsOf(members));
    throw error;
  }
  return withKnownMembers(tenant, type, group, projection, members, change);
};

/**
 * PUT without `members` keeps them: RFC 7644 §3.5.1 leaves to the service provider what an omitted attribute means, and
 * a rename must not empty a group. `"members": []` empties it.
 */
const replace = async (
  tenant: Tenant,
  id: string,
  body: JsonObject,
  parameters: Parameters,
  ifMatch?: string,
) => {
  const type = await typeFor(tenant);
  const { projection } = parseQuery(parameters, type);
  const { members: value = [], ...incoming } = parseResource(readResourceBody(body, type), type);
  const change = (current: JsonObject) => replaceAttributes(current, incoming, type);
  if (!Object.keys(body).some((name) => name.toLowerCase() === 'members')) {
    const { before, after } = await changeResource(tenant.id, type, id, ifMatch, change);
    return withKnownMembers(tenant, type, after, projection, [], describeChange(type, before, after));
  }
  await requireResource(tenant.id, groupType, id);
  const all = await resolveMembers(tenant.id, id, new Set(memberIds(value)));
  const { before, after } = await changeResource(tenant.id, type, id, ifMatch, change);
  const membership = await planMembers(tenant.id, id, [replaceMembers(value)]);
  const touched = await changeMembers(tenant.id, id, membership);
  const changed = describeChange(type, before, after, membersIn(membership));
  return withKnownMembers(tenant, type, touched ?? after, projection, all, changed);
};

/**
 * Answers with nothing unless the client asks for certain attributes: the whole group could be 100,000 members, and
 * Entra prefers 204 (RFC 7644 §3.5.2 allows both).
 */
const patch = async (
  tenant: Tenant,
  id: string,
  body: JsonObject,
  parameters: Parameters,
  ifMatch?: string,
): Promise<Representation | NoContent> => {
  const type = await typeFor(tenant);
  const operations = parsePatchRequest(readPatchBody(body, type), type);
  const { projection } = parseQuery(parameters, type);
  const onMembers = operations.filter(isOnMembers);
  const onAttributes = operations.filter((operation) => !isOnMembers(operation));
  if (!isResourceId(id)) throw noSuchResource(groupType, id);
  // Nothing is written before every operation is known to be possible (RFC 7644 §3.5.2: all or nothing).
  const membership = await planMembers(tenant.id, id, onMembers);
  const changed =
    onMembers.length === 0 || onAttributes.length > 0
      ? await changeResource(tenant.id, type, id, ifMatch, (current) =>
          applyPatch(current, onAttributes, type),
        )
      : undefined;
  const touched = await changeMembers(
    tenant.id,
    id,
    membership,
    onAttributes.length > 0 ? undefined : ifMatch,
  );
  const change = describeChange(
    type,
    changed?.before ?? touched,
    changed?.after ?? touched,
    membersIn(membership),
  );
  const names = Object.keys(parameters).map((name) => name.toLowerCase());
  if (!names.includes('attributes') && !names.includes('excludedattributes')) return { change };
  const group = await requireResource(tenant.id, groupType, id);
  return { ...(await showResource(tenant, type, group, projection, membersOfGroup)), change };
};

interface MembershipPlan {
  readonly added: readonly Member[];
  readonly removed: ReadonlySet<string>;
}

/** What `operations` on members come to; throws what makes them impossible. */
const planMembers = async (
  tenant: Incarnation,
  id: string,
  operations: readonly PatchOperation[],
): Promise<MembershipPlan> => {
  const { add, remove } = await foldMemberOperations(tenant, id, operations);
  return { added: await resolveMembers(tenant, id, add), removed: remove };
};

const idsOf = (members: readonly Member[]) => members.map(({ id }) => id);

const membersIn = ({ added, removed }: MembershipPlan): ChangedMembers => ({
  added: idsOf(added),
  removed: [...removed].filter(isResourceId),
});

/** The group with its new version; undefined when nothing had to be written. */
const changeMembers = async (
  tenant: Incarnation,
  id: string,
  { added, removed }: MembershipPlan,
  ifMatch?: string,
): Promise<StoredResource | undefined> => {
  const expected = ifMatch === undefined ? undefined : (await requireResource(tenant, groupType, id)).version;
  if (expected !== undefined) checkIfMatch(ifMatch, expected);
  if (added.length === 0 && removed.size === 0) return undefined;
  const touched = await touchGroup(tenant, id, Date.now(), expected);
  if (!touched && expected !== undefined)
    throw preconditionFailed('The group has changed since it was read.');
  if (!touched) throw noSuchResource(groupType, id);
  await writeMembership(tenant, id, added, removed);
  return touched;
};

const isOnMembers = ({ path }: PatchOperation) => path.path.attribute.name === 'members';

const replaceMembers = (value: Json): PatchOperation => ({
  op: 'replace',
  path: parsePatchPath('members', groupType),
  value,
});

/** The group with members that need no reading, because the request named them all. */
const withKnownMembers = async (
  tenant: Tenant,
  type: ResourceType,
  group: StoredResource,
  projection: Projection,
  members: readonly Member[],
  change: Change | undefined,
): Promise<Representation> => {
  const known = { name: 'members', load: async () => members.map((member) => showMember(tenant, member)) };
  return { ...(await showResource(tenant, type, group, projection, known)), change };
};

export const groups = { ...withoutMembers, create, replace, patch };
