// Applies a PATCH operation to a multi-valued attribute: to all values, or to those that the filter selects.

import { invalidValue, loggable } from '../errors/errors.ts';
import { matchesValue } from '../filter/match.ts';
import { isObject, type Json } from '../json.ts';
import { appendValues, demoteOthers, isPrimary } from '../multi-valued.ts';
import { createValue } from './created-value.ts';
import { changePart, isBare, mergeParts } from './parts.ts';
import type { PatchOperation } from './request.ts';
import type { ScanBudget } from './scan-budget.ts';

/** `values` after `operation`; undefined if none is left, `values` itself if nothing changes. */
export const patchList = (
  values: readonly Json[],
  operation: PatchOperation,
  budget: ScanBudget,
): readonly Json[] | undefined => {
  const { filter, path } = operation.path;
  const isWhole = filter === undefined && path.subAttribute === undefined;
  if (isWhole && !setsPrimary(operation)) budget.copy(values);
  else budget.scan(values, filter);
  const patched = isWhole ? patchAll(values, operation) : patchSelected(values, operation);
  return patched.length === 0 ? undefined : patched;
};

const patchAll = (values: readonly Json[], { op, path, value }: PatchOperation): readonly Json[] => {
  const list = Array.isArray(value) ? value : [];
  return op === 'add' ? appendValues(values, list, path.path.attribute) : list;
};

/** A path without a filter, such as `emails.type`, selects every value. */
const patchSelected = (values: readonly Json[], operation: PatchOperation): readonly Json[] => {
  const { filter, path } = operation.path;
  const selected = new Set(filter ? values.filter((value) => matchesValue(filter, value)) : values);
  if (operation.op === 'remove') {
    return selected.size === 0 ? values : removeFrom(values, selected, operation);
  }
  return selected.size === 0
    ? appendValues(values, [createValue(operation)], path.attribute)
    : setIn(values, selected, operation);
};

type Selected = ReadonlySet<Json>;

const removeFrom = (
  values: readonly Json[],
  selected: Selected,
  operation: PatchOperation,
): readonly Json[] => {
  const { subAttribute } = operation.path.path;
  if (!subAttribute) return values.filter((value) => !selected.has(value));
  return values.flatMap((value) => {
    if (!isObject(value) || !selected.has(value)) return [value];
    const rest = changePart(value, subAttribute, operation);
    return rest === value || (rest && !isBare(rest, ['type', 'primary', '$ref'])) ? [rest] : [];
  });
};

const setIn = (values: readonly Json[], selected: Selected, operation: PatchOperation): readonly Json[] => {
  const { attribute, subAttribute } = operation.path.path;
  const set = values.map((value) => (selected.has(value) ? setValue(value, operation) : value));
  const isNowPrimary = setsPrimary(operation);
  if (isNowPrimary && selected.size > 1) {
    throw invalidValue(
      'severalMadePrimary',
    )`The operation makes ${selected.size} values of ${loggable(attribute.name)} primary, not one.`;
  }
  const place = values.findIndex((value) => selected.has(value));
  const demoted = isNowPrimary ? demoteOthers(set, place) : set;
  return subAttribute ? demoted : appendValues([], demoted, attribute);
};

const setsPrimary = ({ path, value }: PatchOperation): boolean => {
  if (path.path.subAttribute) return path.path.subAttribute.name === 'primary' && value === true;
  return Array.isArray(value) ? value.some(isPrimary) : isPrimary(value);
};

const setValue = (before: Json, operation: PatchOperation): Json => {
  const { attribute, subAttribute } = operation.path.path;
  const { op, value = null } = operation;
  if (!isObject(before)) return value;
  if (subAttribute) return changePart(before, subAttribute, operation) ?? {};
  return op === 'add' && isObject(value) ? mergeParts(before, value, attribute) : value;
};
