// The registry of collections: maps the first segment of a path to a service, for routes, bulk operations, and the search
// over all types.

import type { Incarnation } from '../platform/tenant.ts';
import { notFound } from '../scim/errors/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { allTypes, type TenantTypes, typesOf } from '../tenants/types.ts';
import { groupsOfUser } from './facets/groups.ts';
import { membersOfGroup } from './facets/members.ts';
import { type Collection, type ResourceService, resourceService } from './resource-service.ts';

/**
 * A new user is active unless the client says otherwise. Neither a PUT without `active` nor a PATCH that clears it reactivates
 * a user.
 */
const users: Collection = {
  select: ({ user }) => user,
  facets: [groupsOfUser],
  defaults: (current) => ({ active: current?.active ?? true }),
  keeps: ({ active }): JsonObject => (active === false ? { active } : {}),
};

/** Entra prefers 204 for a PATCH, and a group can have 100,000 members (RFC 7644 §3.5.2 allows 200 and 204). */
const groups: Collection = { select: ({ group }) => group, facets: [membersOfGroup], patchesSilently: true };

const standard: Readonly<Record<string, ResourceService>> = {
  users: resourceService(users),
  groups: resourceService(groups),
};

/** Collection names are case-insensitive: customers type `/users`. */
const isNamed = ({ endpoint }: ResourceType, collection: string) =>
  endpoint.toLowerCase() === `/${collection.toLowerCase()}`;

/** The service of the collection `/<name>`; each of its methods throws notFound if the tenant does not have it. */
export const serviceOf = (name: string): ResourceService => {
  const key = name.toLowerCase();
  if (Object.hasOwn(standard, key)) return standard[key] as ResourceService;
  return resourceService({ select: (types) => requireCustom(types, name), facets: [] });
};

const requireCustom = ({ custom }: TenantTypes, name: string): ResourceType => {
  const type = custom.find((candidate) => isNamed(candidate, name));
  if (!type) throw notFound('noSuchPath')`There is nothing at /${name}.`;
  return type;
};

/** The names of all collections of a tenant, the standard ones first. */
export const collectionsOf = async (tenant: Incarnation): Promise<string[]> =>
  allTypes(await typesOf(tenant)).map(({ endpoint }) => endpoint.slice(1));
