// `bulkId:qwerty`: references from one operation of a bulk request to a resource that another one creates (RFC 7644 §3.7.2).

import { isObject, type Json, type JsonObject, valueNamed } from '../json.ts';

/** Where references can occur: as a segment of `path`, as a value in `data`, inside a PATCH path in `data`. */
export interface ReferringOperation {
  readonly method: string;
  readonly path: readonly string[];
  readonly data: JsonObject;
}

/** Returns the id of the created resource, or undefined to leave the reference as it is. */
export type ResolveBulkId = (bulkId: string) => string | undefined;

const PREFIX = 'bulkId:';

/** As in `members[value eq "bulkId:qwerty"]`. Stops at an escaped character, to keep matching linear. */
const QUOTED = /"bulkId:([^"\\]+)"/g;

/** The bulkId that `text` references; a reference is always the whole value. */
export const bulkIdIn = (text: Json | undefined): string | undefined =>
  typeof text === 'string' && text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;

/** All referenced bulkIds, in order of appearance. */
export const findReferences = (referring: ReferringOperation): ReadonlySet<string> => {
  const found = new Set<string>();
  resolveReferences(referring, (bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
};

/** A copy in which each reference that `idOf` resolves is replaced with the id. */
export const resolveReferences = <Kind extends ReferringOperation>(
  referring: Kind,
  idOf: ResolveBulkId,
): Kind => {
  const inText = (text: string) => {
    const bulkId = bulkIdIn(text);
    return bulkId === undefined ? text : (idOf(bulkId) ?? text);
  };
  const inPatchPath = (path: string) =>
    path.replace(QUOTED, (literal, bulkId: string) => {
      const id = idOf(bulkId);
      return id === undefined ? literal : `"${id}"`;
    });
  const isPatchPath = (name: string) => referring.method === 'PATCH' && name.toLowerCase() === 'path';
  const inValue = (value: Json, name = ''): Json => {
    if (typeof value === 'string') return isPatchPath(name) ? inPatchPath(value) : inText(value);
    if (Array.isArray(value)) return value.map((element) => inValue(element));
    return isObject(value) ? inObject(value) : value;
  };
  const inObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, inValue(value, name)]));
  return { ...referring, path: referring.path.map(inText), data: inObject(referring.data) };
};

/**
 * The data of a creation without references to `absent` creations. A complex value whose `value` is such a reference, such
 * as a member or a manager, is removed as a whole.
 */
export const withoutReferences = (data: JsonObject, absent: ReadonlySet<string>): JsonObject => {
  const isAbsent = (value: Json | undefined) => absent.has(bulkIdIn(value) ?? '');
  const prune = (value: Json): Json | undefined => {
    if (isAbsent(value)) return undefined;
    if (Array.isArray(value)) return value.map(prune).filter((element) => element !== undefined);
    if (!isObject(value)) return value;
    return isAbsent(valueNamed(value, 'value')) ? undefined : pruneMembers(value);
  };
  const pruneMembers = (object: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(object).flatMap(([name, value]): [string, Json][] => {
        const pruned = prune(value);
        return pruned === undefined ? [] : [[name, pruned]];
      }),
    );
  return pruneMembers(data);
};
