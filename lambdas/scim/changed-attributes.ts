// Which attributes two states of a resource differ in.

import { equalValues, isObject, type JsonObject } from './json.ts';

/** The attributes that are not the same any more, sorted; those of an extension one by one, with its URN before them. */
export const changedAttributes = (before: JsonObject, after: JsonObject): string[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].sort().flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (equalValues(old, now)) return [];
    if (!name.startsWith('urn:')) return [name];
    const inner = changedAttributes(isObject(old) ? old : {}, isObject(now) ? now : {});
    return inner.map((attribute) => `${name}:${attribute}`);
  });
};
