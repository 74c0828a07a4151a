// What one operation of a client's PATCH comes to: none, one, or several conforming operations.

import { isObject, type Json, type JsonObject, valueNamed } from '../scim/json.ts';
import { findExtension, type ResourceType } from '../scim/schemas/schema.ts';
import { type AttributeName, flattenKeys, readName, schemaOf } from './attribute-keys.ts';
import { valueFilters } from './removed-values.ts';
import { parseRoleDocument } from './roles.ts';
import { readElement, readValue } from './typed-value.ts';

/** An operation as the client means it, whatever its path. */
interface Request {
  readonly op: string;
  /** `Add`, `Replace`, `Remove`: Entra without the flag; conforming clients write lower case. */
  readonly isCapitalised: boolean;
  readonly value: Json | undefined;
}

/** The conforming operations that `operation` means. What makes no sense comes back for the parser to refuse. */
export const readOperation = (operation: Json, type: ResourceType): Json[] => {
  const op = isObject(operation) && valueNamed(operation, 'op');
  if (!isObject(operation) || typeof op !== 'string') return [operation];
  const request: Request = {
    op: op.toLowerCase(),
    isCapitalised: op !== op.toLowerCase(),
    value: valueNamed(operation, 'value'),
  };
  const path = valueNamed(operation, 'path') ?? '';
  if (typeof path !== 'string') return [operation];
  const isWhole = path === '' || schemaOf(path, type) === type.schema.id;
  return isWhole ? readWithoutPath(request, type) : readAtPath(request, path, type);
};

const readWithoutPath = (request: Request, type: ResourceType): Json[] => {
  const { op, value } = request;
  const attributes = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isObject(attributes) && op !== 'remove'
    ? readKeys(request, attributes, type)
    : [conforming(op, undefined, value)];
};

/**
 * With the flag, Entra puts all changes without filter into one value, where every key is a path. Keys that the type
 * does not know are left out, as from any resource; so are the read-only ones that Okta (`id`) and authentik (`id`,
 * `meta`) send along, though a path to one of them is refused.
 */
const readKeys = (request: Request, attributes: JsonObject, type: ResourceType): Json[] =>
  flattenKeys(attributes, type).flatMap(([key, value]) => {
    const extension = key.includes(':') ? findExtension(type, key) : undefined;
    if (extension) return [conforming(request.op, extension.id, value === '' ? null : value)];
    const name = readName(key, type);
    if (typeof name === 'string' || isReadOnly(name)) return [];
    return readAtName({ ...request, value }, name);
  });

const isReadOnly = ({ path: { attribute, subAttribute } }: AttributeName) =>
  attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';

/**
 * An attribute of a schema that this tenant does not have is left out: Entra sends custom attributes under URNs of
 * their own, and a refusal would stop every update of the user. An attribute that a known schema lacks is a mistake in
 * the mapping. Entra without the flag leaves it out too, because the same user arrives by POST and with the flag without
 * a word about it; from anyone else it is the RFC's invalidPath, so that a misspelt path does not go unnoticed.
 */
const readAtPath = (request: Request, path: string, type: ResourceType): Json[] => {
  const { op, value } = request;
  const extension = findExtension(type, path);
  if (extension) {
    return isObject(value) && op !== 'remove'
      ? readKeys(request, { [extension.id]: value }, type)
      : [conforming(op, extension.id, value === '' ? null : value)];
  }
  const name = readName(path, type);
  if (typeof name === 'object') return readAtName(request, name);
  const isLeftOut = name === 'foreign' || (name === 'unknown' && request.isCapitalised);
  return isLeftOut ? [] : [conforming(op, path, value)];
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
 * Entra removes members by a list of values, and the list alone says which: the whole attribute goes only when there is
 * no list. Everywhere else a removal needs no value, and one that is sent says nothing.
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
 * To one part of a value, a replace and an add are the same, except that an add creates the value where there is none.
 * Entra counts on that for a replace too, with whatever type an administrator has put into a mapping.
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
