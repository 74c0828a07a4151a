// Rewrites one operation of a client's PATCH into none, one or several conforming operations.

import { isObject, type Json, type JsonObject, valueNamed } from '../scim/json.ts';
import { findExtension, type ResourceType } from '../scim/schemas/schema.ts';
import {
  type AttributeName,
  flattenKeys,
  isKept,
  type LeaveOut,
  readName,
  schemaOf,
  shownName,
} from './attribute-keys.ts';
import { readObject } from './json-text.ts';
import { valueFilters } from './removed-values.ts';
import { parseRoleDocument } from './roles.ts';
import { readElement, readValue } from './typed-value.ts';

/** An operation of the client, without its path. */
interface Request {
  readonly op: string;
  /** `Add`, `Replace`, `Remove`: sent by Entra without the flag; conforming clients use lower case. */
  readonly isCapitalised: boolean;
  readonly value: Json | undefined;
  readonly leaveOut: LeaveOut;
}

/** The conforming operations for `operation`. A malformed one is returned unchanged, for the parser to refuse. */
export const readOperation = (operation: Json, type: ResourceType, leaveOut: LeaveOut = () => {}): Json[] => {
  const op = isObject(operation) && valueNamed(operation, 'op');
  if (!isObject(operation) || typeof op !== 'string') return [operation];
  const request: Request = {
    op: op.toLowerCase(),
    isCapitalised: op !== op.toLowerCase(),
    value: valueNamed(operation, 'value'),
    leaveOut,
  };
  const path = valueNamed(operation, 'path') ?? '';
  if (typeof path !== 'string') return [operation];
  const isWhole = path === '' || schemaOf(path, type) === type.schema.id;
  return isWhole ? readWithoutPath(request, type) : readAtPath(request, path, type);
};

const readWithoutPath = (request: Request, type: ResourceType): Json[] => {
  const { op, value } = request;
  const attributes = readObject(value);
  return attributes && op !== 'remove'
    ? readKeys(request, attributes, type)
    : [conforming(op, undefined, value)];
};

/**
 * With the flag, Entra puts all changes without a filter into one value, where every key is a path. Unknown keys are left
 * out, as in a POST. So are the read-only ones that Okta (`id`) and authentik (`id`, `meta`) send, although a path to a
 * read-only attribute is refused.
 */
const readKeys = (request: Request, attributes: JsonObject, type: ResourceType): Json[] =>
  flattenKeys(attributes, type).flatMap(([key, value]) => {
    const extension = key.includes(':') ? findExtension(type, key) : undefined;
    if (extension) return [conforming(request.op, extension.id, value === '' ? null : value)];
    const name = readName(key, type);
    if (name === 'foreign' && isKept(key, value, type)) return [conforming(request.op, key, value)];
    if (typeof name === 'string' && schemaOf(key, type) === undefined) request.leaveOut(shownName(key, type));
    if (typeof name === 'string' || isReadOnly(name)) return [];
    return readAtName({ ...request, value }, name);
  });

const isReadOnly = ({ path: { attribute, subAttribute } }: AttributeName) =>
  attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';

/**
 * An attribute of an extension that this tenant does not have is kept as sent: Entra sends custom attributes under their own
 * URNs, and an error would stop every update of the user. An unknown attribute of a known schema is a mistake in the mapping. For
 * Entra without the flag it is left out too, because POST and Entra with the flag ignore the same attribute; any other
 * client gets the RFC's invalidPath, so that a misspelt path is noticed.
 */
const readAtPath = (request: Request, path: string, type: ResourceType): Json[] => {
  const { op, value } = request;
  const extension = findExtension(type, path);
  if (extension) {
    const attributes = readObject(value);
    return attributes && op !== 'remove'
      ? readKeys(request, { [extension.id]: attributes }, type)
      : [conforming(op, extension.id, value === '' ? null : value)];
  }
  const name = readName(path, type);
  if (typeof name === 'object') return readAtName(request, name);
  if (name === 'foreign' && isKept(path, value, type)) return [conforming(op, path, value)];
  const isLeftOut = name === 'foreign' || (name === 'unknown' && request.isCapitalised);
  if (!isLeftOut) return [conforming(op, path, value)];
  request.leaveOut(shownName(path, type));
  return [];
};

const readAtName = (request: Request, name: AttributeName): Json[] => {
  const { op, value } = request;
  const { attribute, subAttribute } = name.path;
  if (op === 'remove') return readRemoval(value, name);
  if (value === undefined) return [conforming(op, name.text, undefined)];
  if (subAttribute) return readPart(request, value, name);
  const read = name.hasFilter ? readElement(attribute, value) : readValue(attribute, value);
  return [conforming(op, name.text, read)];
};

/**
 * Entra removes members with a list of values. Only those are removed; the whole attribute is removed only if there is no
 * list. In any other removal the value is ignored.
 */
const readRemoval = (value: Json | undefined, { path, text, hasFilter }: AttributeName): Json[] => {
  const { attribute, subAttribute } = path;
  const namesValues = attribute.multiValued && !subAttribute && !hasFilter;
  if (!namesValues || value === undefined || value === null) return [conforming('remove', text, undefined)];
  return valueFilters(attribute, value).map((filter) =>
    conforming('remove', `${text}[${filter}]`, undefined),
  );
};

/**
 * For a single part of a value, replace and add are the same, except that an add creates the value if there is none. Entra
 * expects that of a replace too, with any type that an administrator has put into a mapping.
 */
const readPart = ({ op, isCapitalised }: Request, value: Json, name: AttributeName): Json[] => {
  const { attribute, subAttribute = attribute } = name.path;
  const isRoleDocument =
    attribute.name === 'roles' && subAttribute.name === 'value' && parseRoleDocument(value);
  if (isRoleDocument && name.hasFilter) {
    const whole = name.text.slice(0, -'.value'.length);
    return [conforming('add', whole, readElement(attribute, { value }))];
  }
  const read = readValue(subAttribute, value);
  const creates = isCapitalised && op === 'replace' && name.hasFilter && read !== null;
  return [conforming(creates ? 'add' : op, name.text, read)];
};

const conforming = (op: string, path: string | undefined, value: Json | undefined): JsonObject => ({
  op,
  ...(path !== undefined && { path }),
  ...(value !== undefined && { value }),
});
