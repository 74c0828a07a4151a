// `bulkId:qwerty`: how the operations of a bulk request name what another of them is only about to create (RFC 7644 §3.7.2).

import { isObject, type Json, type JsonObject, valueNamed } from '../json.ts';

/** What references stand in: as a segment of the path, as a value in the data, within a PATCH path in the data. */
export interface Referring {
  readonly method: string;
  readonly path: readonly string[];
  readonly data: JsonObject;
}

/** The id that a creation was given; undefined leaves the reference as it is. */
export type IdOf = (bulkId: string) => string | undefined;

const PREFIX = 'bulkId:';

/** As in `members[value eq "bulkId:qwerty"]`. An escaped character ends it, so that no text is looked at twice. */
const QUOTED = /"bulkId:([^"\\]+)"/g;

/** The bulkId that `text` refers to; a reference is the whole of a value. */
export const bulkIdIn = (text: Json | undefined): string | undefined =>
  typeof text === 'string' && text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;

/** Every bulkId that is referred to, in the order of the text. */
export const findReferences = (referring: Referring): ReadonlySet<string> => {
  const found = new Set<string>();
  resolveReferences(referring, (bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
};

/** The same with ids in place of the references that `idOf` knows. */
export const resolveReferences = <Kind extends Referring>(referring: Kind, idOf: IdOf): Kind => {
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
 * The data of a creation without what refers to `absent` creations: not only the reference itself goes, but the member
 * or the manager whose `value` it is.
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
