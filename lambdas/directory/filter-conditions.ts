// What a filter says before it is evaluated: which values every match has, and which attributes it asks about.

import type { Filter } from '../scim/filter.ts';

interface Equality {
  /** An attribute name of the core schema or, for `emails[type eq "work"].value`, `work email`. */
  readonly name: string;
  readonly value: string;
}

/** The conditions `attribute eq "text"` that hold for every match: those joined by `and` at the top. */
export const requiredEqualities = (filter: Filter): Equality[] => {
  if (filter.kind === 'and') return [...requiredEqualities(filter.left), ...requiredEqualities(filter.right)];
  if (filter.kind === 'compare') {
    const { path, operator, value } = filter;
    const isWhole = !path.subAttribute || path.subAttribute.name === 'value';
    const found = operator === 'eq' && typeof value === 'string' && !path.extension && isWhole;
    return found ? [{ name: path.attribute.name, value }] : [];
  }
  if (filter.kind === 'valuePath' && !filter.path.extension) {
    const inner = requiredEqualities(filter.filter);
    const value = inner.find(({ name }) => name === 'value')?.value;
    if (value === undefined) return [];
    const list = filter.path.attribute.name;
    if (list === 'members') return [{ name: 'members', value }];
    const isWork = inner.some(
      ({ name, value: literal }) => name === 'type' && literal.toLowerCase() === 'work',
    );
    return list === 'emails' && isWork ? [{ name: 'work email', value }] : [];
  }
  return [];
};

/** Whether the filter asks about a core attribute at all. */
export const mentions = (filter: Filter, attributeName: string): boolean => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return mentions(filter.left, attributeName) || mentions(filter.right, attributeName);
    case 'not':
      return mentions(filter.filter, attributeName);
    default:
      return !filter.path.extension && filter.path.attribute.name === attributeName;
  }
};
