// The lookup keys and the claims of a resource, computed from its attributes and its type. Only for resources that a request
// writes: the item of a stored resource lists its own.
//
// A claim is an item that reserves a unique value for one resource.

import { createHash } from 'node:crypto';
import { invalidValue, loggable, payloadTooLarge } from '../scim/errors/errors.ts';
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
import { MAX_UNDECLARED_BYTES, undeclaredBytes } from '../scim/undeclared-values.ts';
import { isUnkeepableName } from '../scim/unkeepable-names.ts';
import { canBeSortKey } from '../table/sort-key.ts';
import type { LookupKeys } from './stored-resource.ts';

/** A sort key in DynamoDB has at most 1,024 bytes; a folded value and the name of its attribute must fit. */
const MAX_INDEXED_BYTES = 800;

/** An item in DynamoDB has at most 400 KB; a directory entry never needs that much. */
const MAX_RESOURCE_BYTES = 256 * 1024;

/** A transaction takes 100 items, and each additional address is one of them. */
const MAX_WORK_EMAILS = 20;

/** A value that a resource claims. */
export interface Claim {
  /** The sort key of the claim: `userName#alice@acme.example`. */
  readonly key: string;
  /** The name of the attribute as filters spell it. */
  readonly attribute: string;
  /** The value as the client sent it. */
  readonly value: string;
}

/** The lookup keys and claims of a resource. */
export interface HeldValues {
  readonly keys: LookupKeys;
  readonly claims: readonly Claim[];
  /** Attributes whose value is too long to be indexed or claimed. */
  readonly tooLong: readonly string[];
}

/** The lookup keys and claims of a resource of the type with these attributes. */
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
 * Throws invalidValue for a new value that is too long to be indexed or has a name that cannot be stored, and
 * payloadTooLarge for a resource that is too large to be stored. A value that was too long `before` is accepted.
 */
export const assertStorable = (
  type: ResourceType,
  attributes: JsonObject,
  held: HeldValues,
  before: HeldValues | undefined,
): void => {
  // What nobody declared is never a reason to refuse a resource.
  const undeclared = Math.min(undeclaredBytes(attributes, type), MAX_UNDECLARED_BYTES);
  if (Buffer.byteLength(JSON.stringify(attributes)) - undeclared > MAX_RESOURCE_BYTES) {
    throw payloadTooLarge(
      'resourceTooLarge',
    )`The ${loggable(type.name)} is larger than ${MAX_RESOURCE_BYTES} bytes. Map fewer or shorter attributes.`;
  }
  const unkeepable = findName(attributes, isUnkeepableName);
  if (unkeepable !== undefined) {
    throw invalidValue('nameUnkeepable')`An attribute cannot be named ${unkeepable}: use another name.`;
  }
  const long = held.tooLong.find((attribute) => !before?.tooLong.includes(attribute));
  if (long !== undefined) {
    throw invalidValue('valueTooLong')`${loggable(long)} is longer than ${MAX_INDEXED_BYTES} bytes.`;
  }
  if (held.claims.filter(({ attribute }) => attribute === WORK_EMAIL).length >= MAX_WORK_EMAILS) {
    throw invalidValue(
      'tooManyWorkEmails',
    )`emails: a ${loggable(type.name)} has at most ${MAX_WORK_EMAILS} addresses of type work.`;
  }
};

/** The attribute that names a resource, the first unique one: `userName` for users. */
export const nameAttribute = (type: ResourceType): string | undefined => {
  const [path] = uniquePaths(type);
  return path && textOf(path);
};

/** The name of a resource with these attributes; undefined if its type has no unique attribute. */
export const nameIn = (type: ResourceType, attributes: JsonObject): string | undefined => {
  const [path] = uniquePaths(type);
  const value = path && valueAt(path, attributes);
  return value === undefined ? undefined : String(value);
};

/** A name in comparable form; undefined for a type without a unique attribute. */
export const foldedName = (type: ResourceType, name: string): string | undefined => {
  const [path] = uniquePaths(type);
  return path && comparedAs(path, name);
};

/** The key of the claim on a value of the attribute `name`, as filters spell it; undefined if the attribute is not unique. */
export const claimKey = (type: ResourceType, name: string, value: string): string | undefined => {
  const path = uniquePaths(type).find((candidate) => textOf(candidate) === name);
  return path && `${name}#${comparedAs(path, value)}`;
};

/**
 * The value that a claim was taken for, found by the name of the attribute alone: the value is still stored after its schema
 * has been removed. Undefined if there is no value.
 */
export const claimedValue = (claim: string, attributes: JsonObject): Json | undefined => {
  // One URN may be a prefix of another; the longest match is meant.
  const [extension] = Object.keys(attributes)
    .filter((key) => key.includes(':') && claim.startsWith(`${key}:`))
    .sort((a, b) => b.length - a.length);
  const rest = extension ? claim.slice(extension.length + 1) : claim;
  const names = rest.slice(0, rest.indexOf('#')).split('.');
  return valueIn(attributes, extension ? [extension, ...names] : names);
};

/** Whether the current type still defines the attribute of a claim as unique. */
export const definesClaim = (type: ResourceType, claim: string): boolean =>
  claim.startsWith(FURTHER_EMAIL) || uniquePaths(type).some((path) => claim.startsWith(`${textOf(path)}#`));

/** The prefix of the claims of all groups with this name. */
export const groupNamePrefix = (foldedDisplayName: string) =>
  `displayName#${foldedDisplayName.length}#${foldedDisplayName}#`;

/**
 * The prefix of the claim on an additional work e-mail address; no attribute name begins with it. It is not exclusive: it is
 * an additional entry in by-email, beside that of the resource itself.
 */
export const FURTHER_EMAIL = '@';

/** The work e-mail address as filters spell it. */
export const WORK_EMAIL = 'emails[type eq "work"].value';

/**
 * A group claims its name together with its externalId: two groups may have the same name if their externalIds differ, as in
 * Entra, where names are not unique.
 */
const uniqueClaims = (type: ResourceType, attributes: JsonObject): Claim[] =>
  uniquePaths(type).flatMap((path) => {
    const found = valueAt(path, attributes);
    // A list or an object was sent before the attribute was declared, and is not a value of it.
    if (found === undefined || typeof found === 'object') return [];
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

/** The sort key in by-name: the folded name alone. */
const nameOf = (type: ResourceType, { attribute, key }: Claim, attributes: JsonObject): string =>
  type.name === 'Group' && attribute === 'displayName'
    ? foldCase(String(attributes.displayName))
    : key.slice(attribute.length + 1);

/**
 * A value as filters compare it, so that `eq` finds the holder of a claim: times by their instant, base64 with its case. A
 * value that does not have the attribute's type, because the schema changed, compares as text.
 */
const comparedAs = (path: AttributePath, value: Json): string => {
  const attribute = targetOf(path);
  return String(normalizer(attribute)(value) ?? textNormalizer(attribute)(String(value)));
};

const paths = new WeakMap<ResourceType, readonly AttributePath[]>();

/** The unique attributes of a type; multi-valued ones are never unique across resources. */
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

/** The unique attributes of a type as filters spell them, and how their values are normalized. */
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
