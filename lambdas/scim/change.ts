// What a request changed, by names and ids and never by value: the form in which the provisioning log records it.

import type { ScimError } from './errors/errors.ts';
import type { JsonObject } from './json.ts';

/** What a request changed in one resource. */
export interface Change {
  /** The resource type, e.g. `User`. */
  readonly typeName: string;
  readonly id: string;
  /** The value that names the resource (userName, a group's displayName) after the change. */
  readonly name?: string | undefined;
  /** The name before the change; undefined unless it changed. */
  readonly previousName?: string | undefined;
  /** The top-level attributes that differ; those of an extension are prefixed with its URN. */
  readonly attributes: readonly string[];
  /** The URNs of extensions that no schema declares, of which something was stored or changed. */
  readonly undeclared?: readonly string[];
  /** The names of attributes that were left out: unknown ones, and of undeclared extensions what does not fit. */
  readonly leftOut?: readonly string[];
  /** The ids of members added to a group. */
  readonly added?: readonly string[];
  /** The ids of members removed from a group. */
  readonly removed?: readonly string[];
}

/** Merges two consecutive changes of the same resource into one. */
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
    ...((first.undeclared ?? second.undeclared) && {
      undeclared: join(first.undeclared, second.undeclared),
    }),
    ...((first.leftOut ?? second.leftOut) && { leftOut: join(first.leftOut, second.leftOut) }),
    ...((first.added ?? second.added) && { added: join(first.added, second.added) }),
    ...((first.removed ?? second.removed) && { removed: join(first.removed, second.removed) }),
  };
};

/** The outcome of a request, or of one operation of a bulk request. */
export interface Outcome {
  readonly method: string;
  /** The segments of the path below the Tenant URL. */
  readonly path: readonly string[];
  readonly body?: JsonObject | undefined;
  /** The HTTP status. */
  readonly status: number;
  readonly error?: ScimError | undefined;
  /** Undefined when nothing changed. */
  readonly change?: Change | undefined;
}
