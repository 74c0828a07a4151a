// Applies a PATCH to the attributes of a resource (RFC 7644 §3.5.2). Pure: after an error nothing is half done.

import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import type { Attribute, ResourceType } from '../schemas/schema.ts';
import { setUndeclared } from '../undeclared-values.ts';
import { requireParts } from '../values.ts';
import { patchList } from './list.ts';
import {
  assign,
  changePart,
  isBare,
  mergeParts,
  partsOf,
  requiredRemoved,
  unlessEmpty,
  withProperty,
} from './parts.ts';
import type { PatchOperation } from './request.ts';
import { type ScanBudget, scanBudget } from './scan-budget.ts';

/**
 * `attributes` after all `operations`, in order; `attributes` itself if nothing changes. Throws noTarget, mutability,
 * invalidValue, or tooMany if the filters in paths need too many comparisons. A required extension keeps a value.
 */
export const applyPatch = (
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
): JsonObject => {
  const budget = scanBudget();
  let patched = attributes;
  for (const operation of operations) patched = applyOperation(patched, operation, budget);
  requireChangedParts(attributes, patched, type.schema.attributes);
  for (const { schema, required } of type.schemaExtensions) {
    const before = ownValue(attributes, schema.id);
    const after = ownValue(patched, schema.id);
    if (required && after === undefined && before !== undefined) throw requiredRemoved(schema.id);
    requireChangedParts(partsOf(attributes, schema.id), partsOf(patched, schema.id), schema.attributes);
  }
  return patched;
};

const applyOperation = (resource: JsonObject, operation: PatchOperation, budget: ScanBudget): JsonObject => {
  const { extension } = operation.path.path;
  if (operation.undeclared !== undefined) return setUndeclared(resource, operation.undeclared, operation);
  if (extension === undefined) return changeAttribute(resource, operation, budget);
  const before = partsOf(resource, extension);
  const after = changeAttribute(before, operation, budget);
  return before === after ? resource : withProperty(resource, extension, unlessEmpty(after));
};

const changeAttribute = (
  container: JsonObject,
  operation: PatchOperation,
  budget: ScanBudget,
): JsonObject => {
  const { attribute } = operation.path.path;
  const before = ownValue(container, attribute.name);
  const after = attribute.multiValued
    ? patchList(Array.isArray(before) ? before : [], operation, budget)
    : patchSingle(before, operation);
  return assign(container, attribute, after);
};

const patchSingle = (before: Json | undefined, operation: PatchOperation): Json | undefined => {
  const { attribute, subAttribute } = operation.path.path;
  const parts = isObject(before) ? before : {};
  if (subAttribute) {
    const changed = changePart(parts, subAttribute, operation);
    return operation.op === 'remove' && changed && isBare(changed, ['$ref']) ? undefined : changed;
  }
  return operation.op !== 'remove' && isObject(operation.value)
    ? mergeParts(parts, operation.value, attribute)
    : operation.value;
};

const requireChangedParts = (
  before: JsonObject,
  after: JsonObject,
  attributes: readonly Attribute[],
): void => {
  if (before === after) return;
  for (const attribute of attributes) {
    const value = ownValue(after, attribute.name);
    if (value !== ownValue(before, attribute.name)) requireParts(attribute, value);
  }
};
