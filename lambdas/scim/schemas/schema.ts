// The definitions of schemas, attributes and resource types (RFC 7643 §6 and §7) as data.

/** The data types of RFC 7643 §2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';

/** An attribute definition, with the characteristics that `/Schemas` shows (RFC 7643 §7). */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  /** Suggested values; others are accepted too. */
  readonly canonicalValues?: readonly string[];
  /** What a reference can point to: names of resource types, `external` or `uri`. */
  readonly referenceTypes?: readonly string[];
  /** Set on complex attributes only. */
  readonly subAttributes?: readonly Attribute[];
  /** What filters compare where the value is missing; `/Schemas` does not show it. */
  readonly whenAbsent?: boolean;
}

/** A schema definition (RFC 7643 §7). */
export interface Schema {
  /** The URN. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** A resource type with its schemas resolved (RFC 7643 §6). */
export interface ResourceType {
  /** Also the value of `meta.resourceType`, e.g. `User`. */
  readonly name: string;
  /** Relative to the tenant URL, e.g. `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly schemaExtensions: readonly { readonly schema: Schema; readonly required: boolean }[];
  /**
   * In lower case, `urn:acme:badge:pin`: what a schema that was removed never returned. Its values are kept like those of any
   * undeclared extension, and still not returned.
   */
  readonly neverReturned?: ReadonlySet<string>;
  /** Names of unique attributes, as filters spell them, that every resource has claimed since the type exists. */
  readonly lookups?: readonly string[];
}

type Options = Partial<Omit<Attribute, 'name' | 'description'>>;

/**
 * An attribute with the defaults of RFC 7643 §2.2: a single-valued, optional, readWrite string that is not caseExact. One that is
 * writeOnly is never returned, whatever `options` say (§7).
 */
export const attribute = (name: string, description: string, options: Options = {}): Attribute => ({
  name,
  type: options.subAttributes ? 'complex' : 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...options,
  ...(options.mutability === 'writeOnly' && { returned: 'never' as const }),
});

/** Indexes are kept: schemas do not change in a running function, and each name in a filter or PATCH path is looked up. */
const byLowerName = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** The attribute named `name`, case-insensitively (RFC 7643 §2.1). */
export const findAttribute = (attributes: readonly Attribute[], name: string): Attribute | undefined => {
  let index = byLowerName.get(attributes);
  if (!index) {
    index = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
    byLowerName.set(attributes, index);
  }
  return index.get(name.toLowerCase());
};

/** `id`, `externalId`, `schemas` and `meta`: part of every resource but of no schema (RFC 7643 §3.1). */
export const commonAttributes: readonly Attribute[] = [
  attribute('schemas', 'The URIs of the schemas that the resource uses.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    caseExact: true,
    returned: 'always',
  }),
  attribute('id', 'The identifier that the service provider gave the resource.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'The identifier that the provisioning client gave the resource.', {
    caseExact: true,
  }),
  attribute('meta', 'Metadata of the resource.', {
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The name of the resource type.', {
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('created', 'When the resource was created.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When the resource last changed.', {
        type: 'dateTime',
        mutability: 'readOnly',
      }),
      attribute('location', 'The URI of the resource.', {
        type: 'reference',
        referenceTypes: ['uri'],
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('version', 'The entity tag of the resource.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];

/** The schema of an extension by its URN, case-insensitively. */
export const findExtension = (
  type: Pick<ResourceType, 'schemaExtensions'>,
  urn: string,
): Schema | undefined =>
  type.schemaExtensions.find(({ schema }) => schema.id.toLowerCase() === urn.toLowerCase())?.schema;
