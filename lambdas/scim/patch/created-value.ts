// The value that a PATCH creates if the filter of its path matches nothing.

import { loggable, noTarget } from '../errors/errors.ts';
import type { Filter } from '../filter/filter.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import type { Attribute } from '../schemas/schema.ts';
import type { PatchOperation } from './request.ts';

/**
 * The value that the filter of `operation` describes, with the value of the operation set: `emails[type eq "work"]`
 * creates one of type work. Throws noTarget if the filter does not describe a value.
 *
 * For an add, this is what the RFC says ("the attribute and value are added"). For a replace, the RFC demands noTarget
 * (§3.5.2.3). But Entra, in both of its dialects, sends a replace of the work address also for users without one, and
 * gives up after an error. So a replace creates the value too if the filter selects a canonical type of the schema or the
 * primary value, as Entra's mappings do; any other filter gets noTarget.
 */
export const createValue = ({ op, path, value = null }: PatchOperation): Json => {
  const { attribute, subAttribute } = path.path;
  const described = path.filter ? describedBy(path.filter, op === 'add' ? isAny : isSuggested) : {};
  if (!described) {
    throw noTarget(
      'nothingMatches',
    )`No value of ${loggable(attribute.name)} matches the filter of the path: there is nothing to change.`;
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

/** The parts that the filter sets with `eq` conditions joined by `and`; undefined for any other or a contradictory filter. */
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
