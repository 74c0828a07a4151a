// What holds for every resource type: unique names, versions, and changes that are all or nothing.

import { randomUUID } from 'node:crypto';
import type { Incarnation } from '../tenants/tenant.ts';
import { notFound, preconditionFailed, unavailable, uniqueness } from '../scim/errors.ts';
import { equalValues, type JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema.ts';
import { checkIfMatch } from '../scim/version.ts';
import type { UniqueValue } from '../store/resources.ts';
import { findHolder } from '../store/lookups.ts';
import {
  deleteResource,
  getResource,
  insertResource,
  type PreviousState,
  type StoredResource,
  updateResource,
} from '../store/resources.ts';
import { backOff } from '../table/retry.ts';
import { indexedValues } from './indexed-values.ts';

/** How often a change is tried again when others change the same resource at the same time. */
const ATTEMPTS = 12;

/** Ids are UUIDs; anything else cannot exist, and costs no read. */
export const isResourceId = (id: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** A resource that is not stored yet. */
export const newResource = (attributes: JsonObject): StoredResource => {
  const now = Date.now();
  return { id: randomUUID(), version: 1, created: now, lastModified: now, attributes };
};

/** Throws 409 uniqueness when another resource of the type has a unique value, also for the loser of a race. */
export const storeNewResource = async (
  tenant: Incarnation,
  type: ResourceType,
  resource: StoredResource,
): Promise<StoredResource> => {
  const indexed = indexedValues(type, resource.id, resource.attributes);
  const result = await insertResource(tenant, type.name, resource, indexed);
  if (typeof result === 'object') throw valueTaken(type, result.taken);
  return resource;
};

/** Throws 409 uniqueness when a unique value is taken now; only `storeNewResource` takes them for sure. */
export const assertUnique = async (
  tenant: Incarnation,
  type: ResourceType,
  resource: StoredResource,
): Promise<void> => {
  for (const value of indexedValues(type, resource.id, resource.attributes).unique) {
    if ((await findHolder(tenant, type.name, value)) !== undefined) throw valueTaken(type, value);
  }
};

/** Throws 404 when there is no such resource. */
export const requireResource = async (
  tenant: Incarnation,
  type: ResourceType,
  id: string,
): Promise<StoredResource> => {
  const resource = isResourceId(id) ? await getResource(tenant, type.name, id) : undefined;
  if (!resource) throw noSuchResource(type, id);
  return resource;
};

/** A resource before and after a request; the same when nothing changed. */
export interface ChangedResource {
  readonly before: StoredResource;
  readonly after: StoredResource;
}

/**
 * Applies `change` to the attributes and stores the result; nothing is written when nothing changed. When somebody else
 * wrote meanwhile the change is applied to what they wrote, unless `ifMatch` (the header) forbids that: 412.
 */
export const changeResource = (
  tenant: Incarnation,
  type: ResourceType,
  id: string,
  ifMatch: string | undefined,
  change: (attributes: JsonObject) => JsonObject,
): Promise<ChangedResource> =>
  repeatWhileChanging(ifMatch, async () => {
    const current = await requireResource(tenant, type, id);
    checkIfMatch(ifMatch, current.version);
    const attributes = change(current.attributes);
    if (equalValues(attributes, current.attributes)) return { before: current, after: current };
    const changed = { ...current, attributes, version: current.version + 1, lastModified: Date.now() };
    const indexed = indexedValues(type, id, attributes);
    const result = await updateResource(tenant, type.name, changed, indexed, previousState(type, current));
    if (typeof result === 'object') throw valueTaken(type, result.taken);
    return result === 'written' ? { before: current, after: changed } : undefined;
  });

/** Removes the resource and frees its unique values; answers with what it was. Throws 404 when there is none. */
export const removeResource = (
  tenant: Incarnation,
  type: ResourceType,
  id: string,
  ifMatch: string | undefined,
): Promise<StoredResource> =>
  repeatWhileChanging(ifMatch, async () => {
    const current = await requireResource(tenant, type, id);
    checkIfMatch(ifMatch, current.version);
    const result = await deleteResource(tenant, type.name, id, previousState(type, current));
    return result === 'written' ? current : undefined;
  });

/** Repeats `write` while it returns undefined, which says that somebody else wrote between its read and its write. */
const repeatWhileChanging = async <Result>(
  ifMatch: string | undefined,
  write: () => Promise<Result | undefined>,
): Promise<Result> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const result = await write();
    if (result !== undefined) return result;
    if (ifMatch !== undefined) throw preconditionFailed('The resource has changed since it was read.');
    await backOff(attempt);
  }
  throw unavailable('Too many clients change this resource at once; the request can be repeated.');
};

export const noSuchResource = (type: ResourceType, id: string) =>
  notFound(`There is no ${type.name} with id ${id}.`);

const previousState = (type: ResourceType, { id, version, attributes }: StoredResource): PreviousState => ({
  version,
  unique: indexedValues(type, id, attributes).unique,
});

const valueTaken = (type: ResourceType, { attribute, key }: UniqueValue) =>
  uniqueness(`Another ${type.name} has the ${attribute} ${JSON.stringify(key)} already; it must be unique.`);
