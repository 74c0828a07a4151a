// A resource as the directory keeps it, whatever its type.

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../scim/json.ts';

/** A resource without its representation: `attributes` has neither `id`, `schemas`, `meta` nor members. */
export interface StoredResource {
  readonly id: string;
  /** Counts the writes, from 1; it never starts again. */
  readonly version: number;
  /** Milliseconds since the epoch, as are all times here. */
  readonly created: number;
  readonly lastModified: number;
  readonly attributes: JsonObject;
  readonly keys: LookupKeys;
  /** The keys of the claims that it holds, as its item lists them; never worked out from today's schema. */
  readonly claims: readonly string[];
  /** Counts, from 1, how often the id has come into being: memberships of an earlier life do not count in this one. */
  readonly life: number;
  /** Since when a group is being created with members; until that is done nobody sees it. */
  readonly pendingSince?: number;
}

/** What the indexes find a resource by, as values are compared. */
export interface LookupKeys {
  /** What by-name is sorted by: the folded name, or the id of what has none. */
  readonly name: string;
  readonly externalId?: string | undefined;
  /** Of several work e-mail addresses the first; the others are claims. */
  readonly email?: string | undefined;
}

/** Ids are UUIDs; anything else cannot exist, and costs no read. */
export const isResourceId = (id: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

export const newResourceId = (): string => randomUUID();
