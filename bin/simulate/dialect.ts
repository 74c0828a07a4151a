// The two ways in which Entra writes the same PATCH (entra-client.md 3.5): as it does by default, and as it does with the
// feature flag aadOptscim062020.

import type { Json, JsonObject } from './json.ts';

/** `standard`: with the flag aadOptscim062020. */
export type DialectName = 'legacy' | 'standard';

/** A change to one attribute, before it is written in a dialect. */
export interface Change {
  readonly op: 'add' | 'replace' | 'remove';
  /** As in Entra's mapping editor: `emails[type eq "work"].value`. */
  readonly path: string;
  readonly value?: Json;
}

/** How operations are written. */
export interface Dialect {
  readonly name: DialectName;
  /** The operations for changes to attributes. */
  readonly operations: (changes: readonly Change[]) => JsonObject[];
  /** The operations that add users to a group, by SCIM id. */
  readonly addMembers: (ids: readonly string[]) => JsonObject[];
  readonly removeMembers: (ids: readonly string[]) => JsonObject[];
}

/** The schema of a PATCH body (RFC 7644, section 3.5.2). */
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The body of a PATCH. */
export const patchBody = (operations: readonly JsonObject[]): JsonObject => ({
  schemas: [PATCH_OP],
  Operations: operations,
});

const withValue = ({ value }: Change): JsonObject => (value === undefined ? {} : { value });

const CAPITAL = { add: 'Add', replace: 'Replace', remove: 'Remove' } as const;
const booleanAsText = (value: Json): Json =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : value;

/** One operation per attribute, capitalised, booleans as text. */
export const legacy: Dialect = {
  name: 'legacy',
  operations: (changes) =>
    changes.map(({ op, path, value }) => ({
      op: CAPITAL[op],
      path,
      ...(value !== undefined && { value: booleanAsText(value) }),
    })),
  addMembers: (ids) => [{ op: 'Add', path: 'members', value: ids.map((value) => ({ $ref: null, value })) }],
  removeMembers: (ids) => [{ op: 'Remove', path: 'members', value: ids.map((value) => ({ value })) }],
};

const isFiltered = ({ path }: Change): boolean => path.includes('[');

const pathless = (op: 'add' | 'replace', changes: readonly Change[]): JsonObject[] => {
  const [first, second] = changes;
  if (!first) return [];
  if (!second) return [{ op, path: first.path, ...withValue(first) }];
  return [{ op, value: Object.fromEntries(changes.map(({ path, value }) => [path, value ?? null])) }];
};

/** Filtered paths one by one, all the rest in one operation without a path. */
export const standard: Dialect = {
  name: 'standard',
  operations: (changes) => {
    const alone = changes.filter((change) => change.op === 'remove' || isFiltered(change));
    const together = changes.filter((change) => !alone.includes(change));
    return [
      ...alone.map((change) => ({ op: change.op, path: change.path, ...withValue(change) })),
      ...pathless(
        'add',
        together.filter(({ op }) => op === 'add'),
      ),
      ...pathless(
        'replace',
        together.filter(({ op }) => op === 'replace'),
      ),
    ];
  },
  addMembers: (ids) => [{ op: 'add', path: 'members', value: ids.map((value) => ({ value })) }],
  removeMembers: (ids) => ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
};

/** By name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { legacy, standard };
