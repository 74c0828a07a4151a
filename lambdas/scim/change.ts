// What a request did, told by names and identifiers and never by value: for whoever keeps a record of it.

import type { ScimError } from './errors/errors.ts';
import type { JsonObject } from './json.ts';

/** What became of one resource. */
export interface Change {
  /** Of the resource type, e.g. `User`. */
  readonly typeName: string;
  readonly id: string;
  /** The value that names the resource (userName, a group's displayName) after the change. */
  readonly name?: string | undefined;
  /** The one before, where it differs. */
  readonly previousName?: string | undefined;
  /** Top-level attributes that are not the same any more; those of an extension with its URN before them. */
  readonly attributes: readonly string[];
  /** The ids of members that were put into a group and taken out of it. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** Two changes of one resource, one after the other, as one. */
export const joinChanges = (first: Change, second: Change | undefined): Change => {
  if (!second) return first;
  const join = (one: readonly string[] = [], other: readonly string[] = []) => [
    ...new Set([...one, ...other]),
  ];
  return {
    ...first,
    ...second,
    previousName: first.previousName,
    attributes: join(first.attributes, second.attributes),
    ...((first.added ?? second.added) && { added: join(first.added, second.added) }),
    ...((first.removed ?? second.removed) && { removed: join(first.removed, second.removed) }),
  };
};

/** How an operation ended: a request, or one of those that a bulk request carries. */
export interface Outcome {
  readonly method: string;
  /** The segments behind the Tenant URL. */
  readonly path: readonly string[];
  readonly body?: JsonObject | undefined;
  readonly status: number;
  readonly error?: ScimError | undefined;
  /** Undefined when nothing changed. */
  readonly change?: Change | undefined;
}
