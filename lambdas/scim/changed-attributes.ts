// The attributes in which two states of a resource differ.

import { equalValues, isObject, type JsonObject } from './json.ts';

/** The names of the attributes that differ, sorted; those of an extension one by one, prefixed with its URN. */
export const changedAttributes = (before: JsonObject, after: JsonObject): string[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].sort().flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (equalValues(old, now)) return [];
    if (!/^urn:/i.test(name)) return [name];
    const inner = changedAttributes(isObject(old) ? old : {}, isObject(now) ? now : {});
    return inner.map((attribute) => `${name}:${attribute}`);
  });
};
