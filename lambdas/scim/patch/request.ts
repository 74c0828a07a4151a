// Parses the body of a PATCH (RFC 7644 §3.5.2) into the operations that patch.ts and the members facet apply.

import {
  invalidPath,
  invalidSyntax,
  invalidValue,
  loggable,
  loggedAs,
  mutability,
  noTarget,
  type Wording,
} from '../errors/errors.ts';
import { isObject, type Json, type JsonObject, valueNamed } from '../json.ts';
import {
  commonAttributes,
  findAttribute,
  findExtension,
  type ResourceType,
  type Schema,
} from '../schemas/schema.ts';
import { undeclaredPath } from '../schemas/undeclared.ts';
import { parseElement, parseValue } from '../values.ts';
import { excerpt, type PatchPath, parsePatchPath, showPath } from './path.ts';

/** The `schemas` value of a PATCH request. */
export const PATCH_OP_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * One change of one attribute. `value` is validated and canonical, and absent for a removal; for a multi-valued attribute
 * without a filter it is the list, for a complex attribute the parts to set.
 */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: PatchPath;
  readonly value?: Json;
  /** The path as sent, to an extension that no schema declares or to one of its attributes; `value` is then not validated. */
  readonly undeclared?: string;
}

/**
 * The operations of `body`, in order. An operation without a path becomes one for each attribute in its value. Setting an
 * attribute to null removes it (RFC 7643 §2.5). Attributes that the type does not define are left out, as in a POST. Throws
 * invalidSyntax, invalidPath, invalidFilter, invalidValue, noTarget or mutability.
 */
export const parsePatchRequest = (body: JsonObject, type: ResourceType): readonly PatchOperation[] => {
  const schemas = valueNamed(body, 'schemas');
  if (!Array.isArray(schemas) || !schemas.some(isPatchOpSchema)) {
    throw invalidSyntax(
      'patchSchemaMissing',
    )`The schemas of a PATCH must contain ${loggable(PATCH_OP_SCHEMA)}.`;
  }
  const operations = valueNamed(body, 'Operations');
  if (!Array.isArray(operations))
    throw invalidSyntax('patchOperationsMissing')`A PATCH needs Operations: a list of operations.`;
  return operations.flatMap((operation, index) => parseOperation(operation, index + 1, type));
};

const isPatchOpSchema = (schema: Json) =>
  typeof schema === 'string' && schema.toLowerCase() === PATCH_OP_SCHEMA.toLowerCase();

const parseOperation = (operation: Json, number: number, type: ResourceType): PatchOperation[] => {
  if (!isObject(operation))
    throw invalidSyntax('patchOperationNotObject')`Operation ${number} is not an object.`;
  const op = valueNamed(operation, 'op');
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw invalidSyntax('patchOpUnknown')`Operation ${number} needs an op: add, replace or remove.`;
  }
  const path = valueNamed(operation, 'path');
  const value = valueNamed(operation, 'value');
  if (path === undefined) {
    if (op === 'remove')
      throw noTarget('removeWithoutPath')`Operation ${number} removes, so it needs a path.`;
    if (!isObject(value)) {
      throw invalidValue(
        'patchValueNotObject',
      )`Operation ${number} has no path, so its value must be an object of attributes.`;
    }
    return setAttributes(op, value, type);
  }
  if (typeof path !== 'string')
    throw invalidPath('pathNotText')`The path of operation ${number} is not text.`;
  const extension = findExtension(type, path);
  if (!extension) {
    const undeclared = undeclaredOperation(op, path, value, type);
    if (undeclared) return [undeclared];
    const parsed = parsePatchPath(path, type);
    return operationsAt(op, parsed, value, showPath(path, parsed));
  }
  return op === 'remove'
    ? removeExtension(extension)
    : setExtension(op, extension, requireValue(value, loggedAs(excerpt(path), extension.id)));
};

/** The operation on an undeclared extension, as a whole or on an attribute; undefined if `path` names none. */
const undeclaredOperation = (
  op: PatchOperation['op'],
  path: string,
  value: Json | undefined,
  type: ResourceType,
): PatchOperation | undefined => {
  const named = undeclaredPath(path, type);
  if (!named) return undefined;
  if (op === 'remove') return { op, path: { path: named }, undeclared: path };
  return { op, path: { path: named }, undeclared: path, value: requireValue(value, loggable(excerpt(path))) };
};

type SettingOp = 'add' | 'replace';

const setAttributes = (op: SettingOp, values: JsonObject, type: ResourceType): PatchOperation[] =>
  Object.entries(values).flatMap(([key, value]) => {
    const extension = key.includes(':') ? findExtension(type, key) : undefined;
    if (extension) return setExtension(op, extension, value);
    const undeclared = undeclaredOperation(op, key, value, type);
    if (undeclared) return [undeclared];
    const attribute = findAttribute(type.schema.attributes, key) ?? findAttribute(commonAttributes, key);
    return attribute
      ? operationsAt(op, { path: { attribute } }, value, loggable(excerpt(attribute.name)))
      : [];
  });

const setExtension = (op: SettingOp, extension: Schema, values: Json): PatchOperation[] => {
  if (values === null) return removeExtension(extension);
  if (!isObject(values))
    throw invalidValue('extensionNotObject')`${loggable(extension.id)} takes an object of attributes.`;
  return Object.entries(values).flatMap(([key, value]) => {
    const attribute = findAttribute(extension.attributes, key);
    const path = attribute && { path: { extension: extension.id, attribute } };
    return path ? operationsAt(op, path, value, loggable(excerpt(`${extension.id}:${attribute.name}`))) : [];
  });
};

const removeExtension = (extension: Schema): PatchOperation[] =>
  extension.attributes
    .filter(({ mutability }) => mutability !== 'readOnly')
    .map((attribute) => ({ op: 'remove', path: { path: { extension: extension.id, attribute } } }));

/** The operations for `op` at `path`: usually one, none if there is nothing to do. `shown` is for error details. */
const operationsAt = (
  op: PatchOperation['op'],
  path: PatchPath,
  value: Json | undefined,
  shown: Wording,
): PatchOperation[] => {
  const { attribute, subAttribute } = path.path;
  const target = subAttribute ?? attribute;
  if (attribute.mutability === 'readOnly' || target.mutability === 'readOnly') {
    throw mutability('readOnlyAttribute')`${shown} is read-only: take it out of the attribute mapping.`;
  }
  if (op === 'remove') return attribute.name === 'schemas' ? [] : [{ op, path }];
  const given = requireValue(value, shown);
  // `schemas` is derived from the attributes; authentik sends it with every PATCH.
  if (attribute.name === 'schemas') return [];
  if (target.type === 'complex' && (path.filter || !target.multiValued))
    return setParts(op, path, given, shown);
  const isValue = path.filter !== undefined && subAttribute === undefined;
  const parsed = (isValue ? parseElement : parseValue)(target, given, shown);
  if (parsed !== undefined) return [{ op, path, value: parsed }];
  if (target.required && !isValue)
    throw invalidValue('requiredCleared')`${shown} is required and cannot be cleared.`;
  const addsNothing = op === 'add' && target.multiValued;
  return addsNothing ? [] : [{ op: 'remove', path }];
};

/** A complex value sets the parts that it names (RFC 7644 §3.5.2.3); each part that is null becomes a separate removal. */
const setParts = (op: SettingOp, path: PatchPath, value: Json, shown: Wording): PatchOperation[] => {
  const { attribute } = path.path;
  if (value === null) return [{ op: 'remove', path }];
  const parsed = parseElement(attribute, value, shown);
  const set: PatchOperation[] = parsed === undefined ? [] : [{ op, path, value: parsed }];
  const isWholeValue = path.filter !== undefined && op === 'replace';
  if (isWholeValue || !isObject(value)) return set;
  const cleared = Object.entries(value).flatMap(([key, part]) => {
    const subAttribute = part === null ? findAttribute(attribute.subAttributes ?? [], key) : undefined;
    if (!subAttribute || subAttribute.mutability === 'readOnly') return [];
    return operationsAt('remove', { ...path, path: { ...path.path, subAttribute } }, undefined, shown);
  });
  return [...set, ...cleared];
};

const requireValue = (value: Json | undefined, shown: Wording): Json => {
  if (value === undefined) throw invalidValue('patchValueMissing')`The operation on ${shown} needs a value.`;
  return value;
};
