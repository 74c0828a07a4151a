// The value that a PATCH creates when the filter of its path matches none.

import { noTarget, word } from '../errors/errors.ts';
import type { Filter } from '../filter/filter.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import type { Attribute } from '../schemas/schema.ts';
import type { PatchOperation } from './request.ts';

/**
 * The value that the filter of `operation` describes, with what the operation sets: `emails[type eq "work"]` makes one
 * of type work. Throws noTarget when the filter describes none.
 *
 * For an add that is the RFC's meaning ("the attribute and value are added"). For a replace the RFC wants noTarget
 * (§3.5.2.3), but Entra, in both its dialects, replaces the work address of people who have none, and sends nothing
 * else after a refusal. So a replace creates too where the filter asks for a type that the schema suggests or for the
 * primary value, as Entra's mappings do; every other filter gets the RFC's answer.
 */
export const createValue = ({ op, path, value = null }: PatchOperation): Json => {
  const { attribute, subAttribute } = path.path;
  const described = path.filter ? describedBy(path.filter, op === 'add' ? isAny : isSuggested) : {};
  if (!described) {
    throw noTarget(
      'nothingMatches',
    )`No value of ${word(attribute.name)} matches the filter of the path: there is nothing to change.`;
  }
  if (subAttribute) return { ...described, [subAttribute.name]: value };
  return isObject(value) ? { ...described, ...value } : value;
};

type Accepts = (attribute: Attribute, literal: Json) => boolean;

const isAny: Accepts = () => true;

const isSuggested: Accepts = ({ type, canonicalValues = [] }, literal) =>
  type === 'boolean' ||
  (typeof literal === 'string' &&
    canonicalValues.some((value) => value.toLowerCase() === literal.toLowerCase()));

/** The parts that `eq` conditions joined by `and` fix; undefined for any other filter, or when they contradict. */
const describedBy = (filter: Filter, accepts: Accepts): JsonObject | undefined => {
  if (filter.kind === 'and') {
    const left = describedBy(filter.left, accepts);
    const right = left && describedBy(filter.right, accepts);
    return right && agree(left, right) ? { ...left, ...right } : undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null) return undefined;
  const { attribute } = filter.path;
  const isSettable = attribute.mutability !== 'readOnly' && !attribute.multiValued;
  return isSettable && accepts(attribute, filter.value) ? { [attribute.name]: filter.value } : undefined;
};

const agree = (left: JsonObject, right: JsonObject) =>
  Object.entries(right).every(([name, value]) => (ownValue(left, name) ?? value) === value);
