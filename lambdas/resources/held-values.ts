// What a resource is found by and what it claims, worked out from its attributes and its type. Only for what a request
// writes: what a stored resource holds is in its item.

import { createHash } from 'node:crypto';
import { invalidValue, payloadTooLarge, word } from '../scim/errors/errors.ts';
import {
  type Comparable,
  foldCase,
  type Normalize,
  normalizer,
  textNormalizer,
} from '../scim/filter/comparison.ts';
import { findName, isObject, type Json, type JsonObject, ownValue } from '../scim/json.ts';
import { type AttributePath, targetOf } from '../scim/schemas/attribute-path.ts';
import type { Attribute, ResourceType } from '../scim/schemas/schema.ts';
import { isUnkeepableName } from '../scim/unkeepable-names.ts';
import { canBeSortKey } from '../table/sort-key.ts';
import type { LookupKeys } from './stored-resource.ts';

/** A sort key of DynamoDB holds 1,024 bytes; folded values and the name of their attribute must fit. */
const MAX_INDEXED_BYTES = 800;

/** An item of DynamoDB holds 400 KB; a directory entry never needs that much. */
const MAX_RESOURCE_BYTES = 256 * 1024;

/** A transaction takes 100 items, and each further address is one of them. */
const MAX_WORK_EMAILS = 20;

/** A value that a resource claims. */
export interface Claim {
  /** The sort key of the claim: `userName#alice@acme.example`. */
  readonly key: string;
  /** The attribute as filters write it, and its value as it was sent. */
  readonly attribute: string;
  readonly value: string;
}

export interface HeldValues {
  readonly keys: LookupKeys;
  readonly claims: readonly Claim[];
  /** Attributes whose value is too long to be looked up or claimed. */
  readonly tooLong: readonly string[];
}

/** What a resource of the type with these attributes is found by and claims. */
export const heldValues = (type: ResourceType, id: string, attributes: JsonObject): HeldValues => {
  const tooLong: string[] = [];
  const isShort = ({ attribute, key }: Claim) => {
    const fits = canBeSortKey(key) && Buffer.byteLength(key) <= MAX_INDEXED_BYTES + attribute.length + 1;
    if (!fits) tooLong.push(attribute);
    return fits;
  };
  const unique = uniqueClaims(type, attributes).filter(isShort);
  const [name] = unique;
  const emails = type.name === 'User' ? workEmails(attributes) : [];
  const externalId = typeof attributes.externalId === 'string' ? attributes.externalId : undefined;
  const [email, ...others] = emails.filter(({ folded }) => {
    const fits = Buffer.byteLength(folded) <= MAX_INDEXED_BYTES;
    if (!fits) tooLong.push(WORK_EMAIL);
    return fits;
  });
  if (externalId !== undefined && Buffer.byteLength(externalId) > MAX_INDEXED_BYTES)
    tooLong.push('externalId');
  return {
    keys: { name: name ? nameOf(type, name, attributes) : id, externalId, email: email?.folded },
    claims: [
      ...unique,
      ...others.map(({ folded, value }) => ({
        key: `${FURTHER_EMAIL}${folded}`,
        attribute: WORK_EMAIL,
        value,
      })),
    ],
    tooLong,
  };
};

/**
 * Throws invalidValue for a new value that is too long to be looked up or has a name that cannot be stored, and
 * payloadTooLarge for a resource that is too large to be kept. A value that was too long before is let be.
 */
export const refuseUnkeepable = (
  type: ResourceType,
  attributes: JsonObject,
  held: HeldValues,
  before: HeldValues | undefined,
): void => {
  if (Buffer.byteLength(JSON.stringify(attributes)) > MAX_RESOURCE_BYTES) {
    throw payloadTooLarge(
      'resourceTooLarge',
    )`The ${word(type.name)} is larger than ${MAX_RESOURCE_BYTES} bytes. Map fewer or shorter attributes.`;
  }
  const unkeepable = findName(attributes, isUnkeepableName);
  if (unkeepable !== undefined) {
    throw invalidValue('nameUnkeepable')`An attribute cannot be named ${unkeepable}: use another name.`;
  }
  const long = held.tooLong.find((attribute) => !before?.tooLong.includes(attribute));
  if (long !== undefined) {
    throw invalidValue('valueTooLong')`${word(long)} is longer than ${MAX_INDEXED_BYTES} bytes.`;
  }
  if (held.claims.filter(({ attribute }) => attribute === WORK_EMAIL).length >= MAX_WORK_EMAILS) {
    throw invalidValue(
      'tooManyWorkEmails',
    )`emails: a ${word(type.name)} has at most ${MAX_WORK_EMAILS} addresses of type work.`;
  }
};

/** The attribute that names a resource, the first unique one: `userName` for users. */
export const nameAttribute = (type: ResourceType): string | undefined => {
  const [path] = uniquePaths(type);
  return path && textOf(path);
};

/** What a resource with these attributes is called; undefined when its type has no such attribute. */
export const nameIn = (type: ResourceType, attributes: JsonObject): string | undefined => {
  const [path] = uniquePaths(type);
  const value = path && valueAt(path, attributes);
  return value === undefined ? undefined : String(value);
};

/** A name as it is compared; undefined for a type without names. */
export const foldedName = (type: ResourceType, name: string): string | undefined => {
  const [path] = uniquePaths(type);
  return path && comparedAs(path, name);
};

/** The claim on a value of the attribute `name`, as filters write it; undefined when the type has no such unique one. */
export const claimKey = (type: ResourceType, name: string, value: string): string | undefined => {
  const path = uniquePaths(type).find((candidate) => textOf(candidate) === name);
  return path && `${name}#${comparedAs(path, value)}`;
};

/**
 * The value that a claim was taken for, by the name of the attribute alone: its schema may be gone, and the value is stored
 * all the same. Undefined when it is not there.
 */
export const claimedValue = (claim: string, attributes: JsonObject): Json | undefined => {
  // One URN may begin as another does: the longest is meant.
  const [extension] = Object.keys(attributes)
    .filter((key) => key.includes(':') && claim.startsWith(`${key}:`))
    .sort((a, b) => b.length - a.length);
  const rest = extension ? claim.slice(extension.length + 1) : claim;
  const names = rest.slice(0, rest.indexOf('#')).split('.');
  return valueIn(attributes, extension ? [extension, ...names] : names);
};

/** Whether the type of today says what resources claim of the attribute that a claim is on. */
export const isGoverned = (type: ResourceType, claim: string): boolean =>
  claim.startsWith(FURTHER_EMAIL) || uniquePaths(type).some((path) => claim.startsWith(`${textOf(path)}#`));

/** What the claims of all groups with one name begin with. */
export const groupNamePrefix = (foldedDisplayName: string) =>
  `displayName#${foldedDisplayName.length}#${foldedDisplayName}#`;

/**
 * What the claim on a further work e-mail address begins with; no attribute does. It excludes nobody: it is one more entry
 * in by-email, beside that of the resource itself.
 */
export const FURTHER_EMAIL = '@';

/** The work e-mail address as filters write it. */
export const WORK_EMAIL = 'emails[type eq "work"].value';

/**
 * A group's claim is of name and externalId: two groups of one name may exist when their externalIds differ, as in Entra,
 * where a name is not unique.
 */
const uniqueClaims = (type: ResourceType, attributes: JsonObject): Claim[] =>
  uniquePaths(type).flatMap((path) => {
    const found = valueAt(path, attributes);
    if (found === undefined) return [];
    const [attribute, value] = [textOf(path), String(found)];
    const folded = comparedAs(path, found);
    const isGroupName = type.name === 'Group' && attribute === 'displayName';
    const key = isGroupName
      ? `${groupNamePrefix(folded)}${hashOf(attributes.externalId)}`
      : `${attribute}#${folded}`;
    return [{ key, attribute, value }];
  });

const hashOf = (externalId: Json | undefined): string =>
  typeof externalId === 'string'
    ? createHash('sha256').update(externalId).digest('base64url').slice(0, 22)
    : '-';

/** by-name is sorted by the folded name alone. */
const nameOf = (type: ResourceType, { attribute, key }: Claim, attributes: JsonObject): string =>
  type.name === 'Group' && attribute === 'displayName'
    ? foldCase(String(attributes.displayName))
    : key.slice(attribute.length + 1);

/**
 * A value as filters compare it, so that `eq` finds whoever holds it and nobody else can: times by their instant, base64 with
 * its case. One that is not of the attribute's type (its schema was another) compares as the text that it is.
 */
const comparedAs = (path: AttributePath, value: Json): string => {
  const attribute = targetOf(path);
  return String(normalizer(attribute)(value) ?? textNormalizer(attribute)(String(value)));
};

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

/** The unique attributes of a type as filters write them, with what decides how their values compare. */
export const uniqueAttributes = (
  type: ResourceType,
): { readonly name: string; readonly normalize: Normalize<Comparable> }[] =>
  uniquePaths(type).map((path) => ({ name: textOf(path), normalize: normalizer(targetOf(path)) }));

const textOf = ({ extension, attribute, subAttribute }: AttributePath) =>
  `${extension ? `${extension}:` : ''}${attribute.name}${subAttribute ? `.${subAttribute.name}` : ''}`;

const valueAt = ({ extension, attribute, subAttribute }: AttributePath, attributes: JsonObject) =>
  valueIn(
    attributes,
    [extension, attribute.name, subAttribute?.name].filter((name) => name !== undefined),
  );

const valueIn = (attributes: JsonObject, names: readonly string[]) =>
  names.reduce<Json | undefined>(
    (value, name) => (isObject(value) ? ownValue(value, name) : undefined),
    attributes,
  );

const workEmails = ({ emails }: JsonObject): { readonly folded: string; readonly value: string }[] => {
  if (!Array.isArray(emails)) return [];
  const byFolded = new Map<string, string>();
  for (const email of emails) {
    if (!isObject(email) || typeof email.type !== 'string' || typeof email.value !== 'string') continue;
    const folded = foldCase(email.value);
    if (foldCase(email.type) === 'work' && !byFolded.has(folded)) byFolded.set(folded, email.value);
  }
  return Array.from(byFolded, ([folded, value]) => ({ folded, value }));
};
