// The items of a resource: its own, and one for each claim.

import type { Incarnation } from '../platform/tenant.ts';
import type { JsonObject } from '../scim/json.ts';
import { claimsPK, entryKey, resourcesPK, unfollowed } from '../table/keys.ts';
import type { TableItem } from '../table/read.ts';
import type { Key } from '../table/transact.ts';
import { FURTHER_EMAIL } from './held-values.ts';
import type { StoredResource } from './stored-resource.ts';

/** The key of a resource's own item. */
export const resourceKey = (tenant: Incarnation, typeName: string, id: string): Key => ({
  PK: resourcesPK(tenant, typeName),
  SK: id,
});

/** The key of a claim of the resource `id`. That of an additional e-mail address contains the id: it is not exclusive. */
export const claimItemKey = (tenant: Incarnation, typeName: string, claim: string, id: string): Key =>
  claim.startsWith(FURTHER_EMAIL)
    ? entryKey(tenant, typeName, id, claim.slice(FURTHER_EMAIL.length))
    : { PK: claimsPK(tenant, typeName), SK: claim };

/** The resource's own item, without default values: a user with Entra's default mapping fits into one write unit. */
export const toItem = (tenant: Incarnation, typeName: string, resource: StoredResource) => ({
  ...resourceKey(tenant, typeName, resource.id),
  Name: resource.keys.name,
  ...(resource.keys.externalId && { ExternalId: resource.keys.externalId }),
  ...(resource.keys.email && { Email: resource.keys.email }),
  ...(resource.claims.length > 0 && { Claims: resource.claims.map((claim) => shorten(claim, resource)) }),
  ...(resource.life > 1 && { Life: resource.life }),
  ...(resource.pendingSinceMs !== undefined && { Pending: resource.pendingSinceMs }),
  Version: resource.version,
  Created: resource.createdAtMs,
  Modified: resource.modifiedAtMs,
  Attributes: resource.attributes,
});

/** The resource in an item from `toItem`. */
export const fromItem = (item: TableItem): StoredResource => {
  const { SK, Name, ExternalId, Email, Claims, Life, Pending, Version, Created, Modified, Attributes } = item;
  return {
    id: SK as string,
    version: Version as number,
    createdAtMs: Created as number,
    modifiedAtMs: Modified as number,
    attributes: Attributes as JsonObject,
    keys: {
      name: Name as string,
      externalId: ExternalId as string | undefined,
      email: Email as string | undefined,
    },
    claims: ((Claims as readonly string[] | undefined) ?? []).map((claim) =>
      /[#@]/.test(claim) ? claim : `${claim}#${Name}`,
    ),
    life: (Life as number | undefined) ?? 1,
    ...(Pending !== undefined && { pendingSinceMs: Pending as number }),
  };
};

/** The claim on the resource's name is stored as the attribute alone, `userName`: the item has the name already. */
const shorten = (claim: string, { keys }: StoredResource): string => {
  const attribute = claim.slice(0, claim.indexOf('#'));
  return claim === `${attribute}#${keys.name}` && !/[#@]/.test(attribute) ? attribute : claim;
};

/** The item of a claim held by the resource `id`. */
export const claimItem = (tenant: Incarnation, typeName: string, claim: string, id: string) => ({
  ...claimItemKey(tenant, typeName, claim, id),
  ...(claim.startsWith(FURTHER_EMAIL) && { Email: claim.slice(FURTHER_EMAIL.length) }),
  ...unfollowed,
  Id: id,
});

/** All items of a resource; used by tests, which write and compare them directly. */
export const itemsOf = (tenant: Incarnation, typeName: string, resource: StoredResource) => [
  toItem(tenant, typeName, resource),
  ...resource.claims.map((claim) => claimItem(tenant, typeName, claim, resource.id)),
];
