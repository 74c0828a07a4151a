// Which values a Remove with a list of values means, as the filters of RFC 7644 §3.5.2.2.

import { isObject, type Json, ownValue } from '../../scim/json.ts';
import type { Attribute } from '../../scim/schema.ts';
import { readElement } from './typed-value.ts';

/**
 * One filter for each value in `removed`, such as `value eq "7d42…"`. A value that names nothing removes nothing:
 * whatever is sent, a list never empties more than it says.
 */
export const valueFilters = (attribute: Attribute, removed: Json): string[] =>
  (Array.isArray(removed) ? removed : [removed])
    .map((value) => filterFor(attribute, readElement(attribute, value)))
    .filter((filter) => filter !== '');

const filterFor = ({ subAttributes }: Attribute, value: Json): string => {
  if (!subAttributes) return condition('value', value);
  if (!isObject(value)) return '';
  return identifyingParts(subAttributes, value)
    .map((name) => condition(name, ownValue(value, name)))
    .filter((text) => text !== '')
    .join(' and ');
};

/**
 * An immutable `value` is an id, enough to find a member by its key. Otherwise `value` and `type` together are what no
 * two values share (RFC 7643 §2.4), and a value without `value`, such as an address, is the sum of its parts.
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
