// A resource of any type, as it is stored.

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../scim/json.ts';

/** A stored resource. `attributes` contains neither `id`, `schemas` and `meta` nor facets. */
export interface StoredResource {
  readonly id: string;
  /** Counts the writes, from 1; never reset. 0 while the resource is pending. */
  readonly version: number;
  /** In milliseconds since the epoch, as are all times here. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly attributes: JsonObject;
  readonly keys: LookupKeys;
  /** The keys of the claims that it holds, from its item, not computed from the current schema. */
  readonly claims: readonly string[];
  /** Counts, from 1, how often a resource with this id was created: memberships of an earlier life are void. */
  readonly life: number;
  /** Set while a group is being created with members and is not visible yet: when that began. */
  readonly pendingSinceMs?: number;
}

/** The keys of a resource in the indexes, in comparable form. */
export interface LookupKeys {
  /** The sort key in by-name: the folded name, or the id of a resource without a name. */
  readonly name: string;
  readonly externalId?: string | undefined;
  /** The first work e-mail address; additional ones are claims. */
  readonly email?: string | undefined;
}

/** Whether `id` can be an id, that is, a UUID; anything else is not looked up. */
export const isResourceId = (id: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** A random id. */
export const newResourceId = (): string => randomUUID();
