// Resolves attribute names in filters, PATCH paths, `sortBy` and `attributes` (RFC 7644 §3.10) against the schemas of a type.

import {
  type Attribute,
  commonAttributes,
  findAttribute,
  findExtension,
  type ResourceType,
} from './schema.ts';

/** A resolved name, such as `emails.value` or `urn:…:enterprise:2.0:User:manager`. */
export interface AttributePath {
  /** The URN of the extension that the attribute belongs to; undefined for core and common attributes. */
  readonly extension?: string;
  readonly attribute: Attribute;
  readonly subAttribute?: Attribute;
  /** The whole name of an attribute that no schema declares; `attribute` then only has its name. */
  readonly undeclared?: string;
}

/** The path as the schema spells it: `name.givenName`, `urn:…:enterprise:2.0:User:manager`. */
export const pathName = ({ extension, attribute, subAttribute }: AttributePath): string =>
  `${extension ? `${extension}:` : ''}${attribute.name}${subAttribute ? `.${subAttribute.name}` : ''}`;

/**
 * `text` resolved against `type`, case-insensitively; undefined if the type has no such attribute. A name without a URN
 * that is not in the core schema is looked up in the extensions, because clients send a bare `manager`.
 */
export const resolvePath = (text: string, type: ResourceType): AttributePath | undefined => {
  const { urn, names } = splitUrn(text);
  if (urn === undefined || urn.toLowerCase() === type.schema.id.toLowerCase()) {
    const core = resolveNames(names, type.schema.attributes) ?? resolveNames(names, commonAttributes);
    if (core || urn !== undefined) return core;
    for (const { schema } of type.schemaExtensions) {
      const found = resolveNames(names, schema.attributes);
      if (found) return { extension: schema.id, ...found };
    }
    return undefined;
  }
  const extension = findExtension(type, urn);
  const found = extension && resolveNames(names, extension.attributes);
  return found && { extension: extension.id, ...found };
};

/**
 * Splits at the last colon, so that the dot in a URN's `2.0` does not start a sub-attribute. A third name is kept only to
 * detect that there are too many.
 */
const splitUrn = (text: string): { urn: string | undefined; names: string[] } => {
  const colon = text.lastIndexOf(':');
  return {
    urn: colon < 0 ? undefined : text.slice(0, colon),
    names: text.slice(colon + 1).split('.', 3),
  };
};

const resolveNames = (
  [name, subName, ...rest]: readonly string[],
  attributes: readonly Attribute[],
): AttributePath | undefined => {
  const attribute = name === undefined || rest.length > 0 ? undefined : findAttribute(attributes, name);
  if (!attribute || subName === undefined || isOwnValue(attribute, subName))
    return attribute && { attribute };
  const subAttribute = findAttribute(attribute.subAttributes ?? [], subName);
  return subAttribute && { attribute, subAttribute };
};

/** Whether `subName` names the values of a simple list themselves: `tags.value` means `tags` (RFC 7643 §2.4). */
export const isOwnValue = ({ multiValued, subAttributes }: Attribute, subName: string): boolean =>
  multiValued && !subAttributes && subName.toLowerCase() === 'value';

/** The definition at the end of the path, whose type and caseExact decide how values compare. */
export const targetOf = ({ attribute, subAttribute }: AttributePath): Attribute => subAttribute ?? attribute;

/**
 * The path that a filter or a sort by `path` compares: a complex attribute means its `value` (RFC 7643 §2.4), as in
 * `emails co "@acme"` or `manager eq "7d42…"`. Undefined for a complex attribute without a `value`, such as `name`.
 */
export const comparablePath = (path: AttributePath): AttributePath | undefined => {
  if (targetOf(path).type !== 'complex') return path;
  const subAttribute = findAttribute(path.attribute.subAttributes ?? [], 'value');
  return subAttribute && { ...path, subAttribute };
};
