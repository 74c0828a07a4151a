// Which values of a resource it is found by, which of them nobody else may have, and how long they may be.

import { type AttributePath, targetOf } from '../scim/attribute-path.ts';
import { foldCase } from '../scim/comparison.ts';
import { invalidValue, payloadTooLarge } from '../scim/errors.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../scim/json.ts';
import type { Attribute, ResourceType } from '../scim/schema.ts';
import type { UniqueValue } from '../store/resources.ts';
import type { IndexedValues } from '../store/resources.ts';

/** A sort key of DynamoDB holds 1,024 bytes; folded values and the name of their attribute must fit. */
const MAX_INDEXED_BYTES = 800;

/** An item of DynamoDB holds 400 KB; a directory entry never needs that much. */
const MAX_RESOURCE_BYTES = 256 * 1024;

/** Throws invalidValue for a value that is too long to be looked up. */
export const indexedValues = (type: ResourceType, id: string, attributes: JsonObject): IndexedValues => {
  if (Buffer.byteLength(JSON.stringify(attributes)) > MAX_RESOURCE_BYTES) {
    throw payloadTooLarge(
      `The ${type.name} is larger than ${MAX_RESOURCE_BYTES} bytes. Map fewer or shorter attributes.`,
    );
  }
  const unique = uniqueValues(type, attributes);
  const { externalId } = attributes;
  return {
    name: unique[0]?.key ?? id,
    unique,
    externalId: typeof externalId === 'string' ? bounded('externalId', externalId) : undefined,
    email: workEmail(attributes),
  };
};

/** The attribute that by-name is sorted by, the first unique one: `userName` for users. */
export const nameAttribute = (type: ResourceType): string | undefined => {
  const [path] = uniquePaths(type);
  return path && nameOf(path);
};

/** What a resource with these attributes is called; undefined when its type has no such attribute. */
export const nameIn = (type: ResourceType, attributes: JsonObject): string | undefined => {
  const [path] = uniquePaths(type);
  const value = path && valueAt(path, attributes);
  return value === undefined ? undefined : String(value);
};

/** What by-name and the unique items have for a value of `nameAttribute`. */
export const nameKey = (type: ResourceType, value: string): UniqueValue | undefined => {
  const [path] = uniquePaths(type);
  return path && { attribute: nameOf(path), key: comparedAs(path, value) };
};

const comparedAs = (path: AttributePath, value: string): string =>
  targetOf(path).caseExact ? value : foldCase(value);

const uniqueValues = (type: ResourceType, attributes: JsonObject): UniqueValue[] =>
  uniquePaths(type).flatMap((path) => {
    const value = valueAt(path, attributes);
    if (value === undefined) return [];
    const attribute = nameOf(path);
    return [{ attribute, key: bounded(attribute, comparedAs(path, String(value))) }];
  });

const paths = new WeakMap<ResourceType, readonly AttributePath[]>();

/** The attributes whose values are unique; within lists, values repeat from resource to resource and are none. */
const uniquePaths = (type: ResourceType): readonly AttributePath[] => {
  const known = paths.get(type);
  if (known) return known;
  const found = [
    ...uniqueAmong(type.schema.attributes),
    ...type.schemaExtensions.flatMap(({ schema }) => uniqueAmong(schema.attributes, schema.id)),
  ];
  paths.set(type, found);
  return found;
};

const uniqueAmong = (attributes: readonly Attribute[], urn?: string): AttributePath[] => {
  const extension = urn === undefined ? {} : { extension: urn };
  return attributes
    .filter(({ multiValued }) => !multiValued)
    .flatMap((attribute) => [
      { ...extension, attribute },
      ...(attribute.subAttributes ?? [])
        .filter(({ multiValued }) => !multiValued)
        .map((subAttribute) => ({ ...extension, attribute, subAttribute })),
    ])
    .filter((path) => targetOf(path).type !== 'complex' && targetOf(path).uniqueness !== 'none');
};

const nameOf = ({ extension, attribute, subAttribute }: AttributePath) =>
  `${extension ? `${extension}:` : ''}${attribute.name}${subAttribute ? `.${subAttribute.name}` : ''}`;

const valueAt = ({ extension, attribute, subAttribute }: AttributePath, attributes: JsonObject) =>
  [extension, attribute.name, subAttribute?.name].reduce<Json | undefined>((value, name) => {
    if (name === undefined) return value;
    return isObject(value) ? ownValue(value, name) : undefined;
  }, attributes);

const bounded = (attribute: string, key: string): string => {
  if (Buffer.byteLength(key) > MAX_INDEXED_BYTES) {
    throw invalidValue(`${attribute} is longer than ${MAX_INDEXED_BYTES} bytes.`);
  }
  return key;
};

const workEmail = ({ emails }: JsonObject): string | undefined => {
  if (!Array.isArray(emails)) return undefined;
  const work = emails.find(
    (email) => isObject(email) && typeof email.type === 'string' && email.type.toLowerCase() === 'work',
  );
  if (typeof work?.value !== 'string') return undefined;
  return bounded('emails[type eq "work"].value', foldCase(work.value));
};
