// Which values of a resource it is found by, and how long they may be.

import { invalidValue, payloadTooLarge } from '../scim/errors.ts';
import { isObject, type JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema.ts';
import { foldName } from '../store/keys.ts';
import type { IndexedValues } from '../store/resources.ts';

/** A sort key of DynamoDB holds 1,024 bytes; folded names must fit with room to spare. */
const MAX_INDEXED_BYTES = 1_000;

/** An item of DynamoDB holds 400 KB; a directory entry never needs that much. */
const MAX_RESOURCE_BYTES = 256 * 1024;

/** The attribute that names a resource: unique in the tenant, and what by-name is sorted by. */
export const nameAttribute = (type: ResourceType) => (type.name === 'User' ? 'userName' : 'displayName');

/** Throws invalidValue for a value that is too long to be looked up. */
export const indexedValues = (type: ResourceType, attributes: JsonObject): IndexedValues => {
  if (Buffer.byteLength(JSON.stringify(attributes)) > MAX_RESOURCE_BYTES) {
    throw payloadTooLarge(
      `The ${type.name} is larger than ${MAX_RESOURCE_BYTES} bytes. Map fewer or shorter attributes.`,
    );
  }
  const name = attributes[nameAttribute(type)];
  if (typeof name !== 'string') throw invalidValue(`${nameAttribute(type)} is required.`);
  return {
    name: bounded(nameAttribute(type), name, foldName(name)),
    externalId:
      typeof attributes.externalId === 'string' ? bounded('externalId', attributes.externalId) : undefined,
    email: workEmail(attributes),
  };
};

const bounded = (attributeName: string, value: string, key = value) => {
  if (Buffer.byteLength(key) > MAX_INDEXED_BYTES) {
    throw invalidValue(`${attributeName} is longer than ${MAX_INDEXED_BYTES} bytes.`);
  }
  return value;
};

const workEmail = ({ emails }: JsonObject): string | undefined => {
  if (!Array.isArray(emails)) return undefined;
  const work = emails.find(
    (email) => isObject(email) && typeof email.type === 'string' && email.type.toLowerCase() === 'work',
  );
  return typeof work?.value === 'string'
    ? bounded('emails[type eq "work"].value', work.value, foldName(work.value))
    : undefined;
};
