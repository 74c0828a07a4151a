// Lists whose values are ids of other resources, such as the members of a group. A value that names nobody is a mistake of
// the client: were it left out, a replace by a list of such values would empty the group.

import { invalidValue, loggable } from '../scim/errors/errors.ts';
import { isObject, type Json, valueNamed } from '../scim/json.ts';
import type { Attribute } from '../scim/schemas/schema.ts';

/** Whether the attribute is a list of ids of users or groups: each `value` is immutable, and a `$ref` says whose it is. */
export const namesIds = ({ multiValued, subAttributes = [] }: Attribute): boolean =>
  multiValued &&
  subAttributes.some(({ name, mutability }) => name === 'value' && mutability === 'immutable') &&
  subAttributes.some(({ referenceTypes = [] }) => referenceTypes.some((type) => /^(User|Group)$/.test(type)));

const REFERENCE = /\/(?:Users|Groups)\/([^/?#]+)\/?$/i;

/** The id that a value names by itself, by its `value` or, where it has none, by its `$ref`; undefined if it names nobody. */
export const namedId = (value: Json): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (!isObject(value)) return undefined;
  const id = valueNamed(value, 'value') ?? '';
  if (id !== '') return typeof id === 'object' ? undefined : String(id);
  const reference = valueNamed(value, '$ref');
  return typeof reference === 'string' ? REFERENCE.exec(reference)?.[1] : undefined;
};

/** Throws invalidValue when one of the values of such a list names nobody. Only null and an empty list clear it. */
export const refuseNameless = ({ name }: Attribute, value: Json): void => {
  if (value === null) return;
  const values: readonly Json[] = Array.isArray(value) ? value : [value];
  if (values.every((one) => namedId(one) !== undefined)) return;
  throw invalidValue(
    'valueNamesNobody',
  )`Each value of ${loggable(name)} needs an id: value, of a user or a group.`;
};
