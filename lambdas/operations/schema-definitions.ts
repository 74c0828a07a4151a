// Validates schemas before they are added to a tenant: one that is served and enforced must conform to RFC 7643 §7.

import * as v from 'valibot';
import { type Attribute, attribute, commonAttributes, findAttribute } from '../scim/schemas/schema.ts';
import { isUnkeepableName } from '../scim/unkeepable-names.ts';
import type { SchemaDefinition } from '../tenants/settings-table.ts';
import { allTypes, assembleTypes } from '../tenants/types.ts';
import { sentenceAbout } from './schema-issue.ts';

/** Why a definition is refused: one sentence for the operator, with the path to the error. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** Enough for any mapping, and far below the size limit of an item. */
const MAX_ATTRIBUTES = 200;

/** Far below the size limit of an item, and small beside the other settings, which are read together. */
const MAX_DEFINITION_BYTES = 100_000;

const RESERVED_ENDPOINTS = [
  'Users',
  'Groups',
  'Bulk',
  'Schemas',
  'ResourceTypes',
  'ServiceProviderConfig',
  'Me',
];

const name = v.pipe(
  v.string(),
  v.regex(/^(?:\$ref|[A-Za-z][\w-]{0,63})$/, 'must be a letter, then up to 63 letters, digits, - or _'),
  v.check((text) => !isUnkeepableName(text), 'must not be constructor, which cannot be stored'),
);

const simple = {
  name,
  description: v.optional(v.string(), ''),
  multiValued: v.optional(v.boolean()),
  required: v.optional(v.boolean()),
  caseExact: v.optional(v.boolean()),
  mutability: v.optional(v.picklist(['readOnly', 'readWrite', 'immutable', 'writeOnly'])),
  returned: v.optional(v.picklist(['always', 'never', 'default', 'request'])),
  uniqueness: v.optional(v.picklist(['none', 'server', 'global'])),
  canonicalValues: v.optional(v.array(v.string())),
  referenceTypes: v.optional(v.array(v.string())),
};

const simpleTypes = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'] as const;

const subAttribute = v.strictObject({ ...simple, type: v.optional(v.picklist(simpleTypes), 'string') });

const anyAttribute = v.pipe(
  v.strictObject({
    ...simple,
    type: v.optional(v.picklist([...simpleTypes, 'complex']), 'string'),
    subAttributes: v.optional(v.pipe(v.array(subAttribute), v.minLength(1, 'must have at least one'))),
  }),
  v.check(
    ({ type, subAttributes }) => (type === 'complex') === (subAttributes !== undefined),
    'has subAttributes exactly when its type is complex',
  ),
);

const schema = v.object({
  id: v.pipe(
    v.string(),
    v.regex(/^urn:[A-Za-z0-9][\w-]{0,31}:[!-~]{1,150}$/, 'must be a URN, such as urn:acme:scim:Device'),
    v.regex(
      /^[^"#()[\]\\]+[^"#()[\]\\:]$/,
      'must be without brackets, quotes, # and \\, which paths cannot have',
    ),
  ),
  name: v.pipe(v.string(), v.nonEmpty()),
  description: v.optional(v.string(), ''),
  attributes: v.pipe(v.array(anyAttribute), v.minLength(1, 'must have at least one')),
});

const definition = v.strictObject({
  schema,
  extends: v.optional(name),
  required: v.optional(v.boolean()),
  resourceType: v.optional(
    v.strictObject({
      name: v.pipe(name, v.regex(/^[A-Za-z0-9]+$/, 'must be letters and digits')),
      endpoint: v.pipe(v.string(), v.regex(/^\/[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be like /Devices')),
      description: v.optional(v.string(), ''),
    }),
  ),
});

/** Parses the definition in an operator's file; throws a `SchemaError`. `extending`: see `addSchema`. */
export const parseDefinition = (input: unknown, extending: string): SchemaDefinition => {
  const isWrapped = typeof input === 'object' && input !== null && 'schema' in input;
  const result = v.safeParse(definition, isWrapped ? input : { schema: input });
  if (!result.success) {
    const [issue] = result.issues;
    throw new SchemaError(sentenceAbout(issue, isWrapped ? [] : ['schema']));
  }
  const { output } = result;
  if (output.required && output.resourceType)
    throw new SchemaError('`required` is for an extension; a resource type of its own has no use for it.');
  const attributes = output.schema.attributes.map(readAttribute);
  const read = { ...output.schema, attributes };
  return output.resourceType
    ? { schema: read, resourceType: output.resourceType }
    : {
        schema: read,
        extends: output.extends ?? extending,
        ...(output.required && { required: true }),
      };
};

type AttributeInput = v.InferOutput<typeof anyAttribute>;

const readAttribute = ({ subAttributes, ...input }: AttributeInput): Attribute =>
  attribute(input.name, input.description, {
    ...input,
    ...(subAttributes && { subAttributes: subAttributes.map(readAttribute) }),
  });

/** Throws a `SchemaError` when the definition contradicts itself, or the other schemas of the tenant. */
export const assertFits = (added: SchemaDefinition, others: readonly SchemaDefinition[]): void => {
  const { attributes } = added.schema;
  assertDistinct(attributes, 'attributes');
  for (const { name: parent, subAttributes = [] } of attributes) assertDistinct(subAttributes, parent);
  if (attributes.length > MAX_ATTRIBUTES)
    throw new SchemaError(`A schema has at most ${MAX_ATTRIBUTES} attributes.`);
  assertNoCommonName(attributes);
  assertShortKeys(added);
  if (Buffer.byteLength(JSON.stringify(added)) > MAX_DEFINITION_BYTES)
    throw new SchemaError(`A schema has at most ${MAX_DEFINITION_BYTES} bytes: shorten its descriptions.`);
  const types = allTypes(assembleTypes(others));
  const urns = types.flatMap((type) => [
    type.schema.id,
    ...type.schemaExtensions.map((one) => one.schema.id),
  ]);
  if (urns.some((urn) => isSameName(urn, added.schema.id))) {
    throw new SchemaError(`${added.schema.id} is a standard schema: an added schema needs a URN of its own.`);
  }
  if (added.required && !attributes.some(({ mutability }) => mutability !== 'readOnly'))
    throw new SchemaError('A required extension needs an attribute that clients can write.');
  if (added.resourceType) assertNewType(added, types);
  else if (!types.some((type) => type.name === added.extends)) {
    throw new SchemaError(`There is no resource type ${added.extends} to extend.`);
  }
};

const assertNewType = (
  { resourceType }: SchemaDefinition,
  types: readonly { readonly name: string; readonly endpoint: string }[],
): void => {
  const { name: typeName = '', endpoint = '' } = resourceType ?? {};
  const taken = types.some((type) => isSameName(type.name, typeName) || isSameName(type.endpoint, endpoint));
  const reserved = RESERVED_ENDPOINTS.some((one) => isSameName(`/${one}`, endpoint));
  if (taken || reserved)
    throw new SchemaError(`The resource type ${typeName} at ${endpoint} exists already.`);
};

/** In an extension too: there `schemas` and `meta` would be taken for those of the resource, and never be stored. */
const assertNoCommonName = (attributes: readonly Attribute[]): void => {
  const common = attributes.find((one) => findAttribute(commonAttributes, one.name));
  if (common) throw new SchemaError(`${common.name} is part of every resource and cannot be defined again.`);
};

/**
 * A unique value is claimed under the full name of its attribute, and both must fit into a key of the table. The longest URN with
 * the longest attribute has 252 characters; with a part of a complex attribute it may be longer.
 */
const MAX_UNIQUE_NAME_LENGTH = 256;

const assertShortKeys = ({ schema, resourceType }: SchemaDefinition): void => {
  const prefix = resourceType ? '' : `${schema.id}:`;
  const names = schema.attributes.flatMap((one) => [
    ...(one.uniqueness === 'none' ? [] : [one.name]),
    ...(one.subAttributes ?? [])
      .filter(({ uniqueness }) => uniqueness !== 'none')
      .map((part) => `${one.name}.${part.name}`),
  ]);
  const long = names.find((name) => prefix.length + name.length > MAX_UNIQUE_NAME_LENGTH);
  if (long !== undefined) {
    throw new SchemaError(
      `${prefix}${long} cannot be unique: its name has more than ${MAX_UNIQUE_NAME_LENGTH} characters, its URN included.`,
    );
  }
};

const assertDistinct = (attributes: readonly Attribute[], where: string): void => {
  const names = attributes.map((one) => one.name.toLowerCase());
  const repeated = names.find((one, index) => names.indexOf(one) !== index);
  if (repeated !== undefined) throw new SchemaError(`${where}: ${repeated} is defined twice.`);
};

/** Whether two names are equal, ignoring case (RFC 7643 §2.1). */
export const isSameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
