// Turns the values of a Remove into filters that select them (RFC 7644 §3.5.2.2).

import { MAX_FILTER_LENGTH } from '../scim/filter/filter.ts';
import { isObject, type Json, ownValue } from '../scim/json.ts';
import type { Attribute } from '../scim/schemas/schema.ts';
import { readElement, readElements } from './typed-value.ts';

/**
 * Filters that together select the values in `removed`, such as `value eq "7d42…" or value eq "1c08…"`: as few and long as
 * possible, because each becomes an operation. A value that identifies nothing removes nothing, so a list never removes
 * more than it names.
 */
export const valueFilters = (attribute: Attribute, removed: Json): string[] => {
  const filters: string[] = [];
  for (const value of readElements(attribute, removed) ?? []) {
    const filter = filterFor(attribute, readElement(attribute, value));
    const joined = filters.length > 0 ? `${filters.at(-1)} or ${filter}` : filter;
    if (filter === '') continue;
    if (joined.length > MAX_FILTER_LENGTH) filters.push(filter);
    else filters.splice(-1, 1, joined);
  }
  return filters;
};

const filterFor = ({ subAttributes }: Attribute, value: Json): string => {
  if (!subAttributes) return condition('value', value);
  if (!isObject(value)) return '';
  return identifyingParts(subAttributes, value)
    .map((name) => condition(name, ownValue(value, name)))
    .filter((text) => text !== '')
    .join(' and ');
};

/**
 * An immutable `value` is an id, which identifies a member alone. Otherwise `value` and `type` together are unique
 * (RFC 7643 §2.4), and a value without `value`, such as an address, is identified by all its parts.
 */
const identifyingParts = (subAttributes: readonly Attribute[], value: Json): string[] => {
  if (!isObject(value)) return [];
  const names = subAttributes.map(({ name }) => name);
  if (typeof ownValue(value, 'value') !== 'string') return names;
  const isId = subAttributes.some(({ name, mutability }) => name === 'value' && mutability === 'immutable');
  return isId ? ['value'] : ['value', 'type'];
};

const condition = (name: string, literal: Json | undefined): string =>
  literal === undefined || literal === null || typeof literal === 'object'
    ? ''
    : `${name} eq ${JSON.stringify(literal)}`;
