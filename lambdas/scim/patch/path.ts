// The `path` of a PATCH operation (RFC 7644 §3.5.2, Figure 7): attrPath / valuePath [subAttr].

import { invalidFilter, invalidPath, loggable, loggedAs, ScimError, type Wording } from '../errors/errors.ts';
import { type Filter, parseValueFilter } from '../filter/filter.ts';
import { type AttributePath, isOwnValue, pathName, resolvePath } from '../schemas/attribute-path.ts';
import { findAttribute, type ResourceType } from '../schemas/schema.ts';

/** Where an operation applies: `name.givenName`, `emails[type eq "work"].value`, `urn:…:enterprise:2.0:User:manager`. */
export interface PatchPath {
  readonly path: AttributePath;
  /** Selects among the values of a multi-valued attribute; its own paths are relative to one value. */
  readonly filter?: Filter;
}

/** The parts of a path as text: `emails`, `type eq "work"`, `value`. */
export interface PatchPathText {
  readonly name: string;
  readonly filter?: string;
  readonly subName?: string;
}

/** Parses `text`. Throws invalidPath, or invalidFilter for the part in brackets, naming the path. */
export const parsePatchPath = (text: string, type: ResourceType): PatchPath => {
  const parts = splitPatchPath(text);
  if (!parts)
    throw invalidPath(
      'pathSyntax',
    )`The path ${excerpt(text)} is not a SCIM path, such as emails[type eq "work"].value.`;
  const path = resolvePath(parts.name, type);
  if (!path)
    throw invalidPath(
      'pathAttributeUnknown',
    )`The path ${excerpt(text)} names nothing: ${loggable(type.name)} has no such attribute.`;
  if (parts.filter === undefined) return { path };
  const { attribute } = path;
  if (path.subAttribute || !attribute.multiValued) {
    throw invalidPath(
      'pathFilterOnSingleValue',
    )`The path ${excerpt(text)} has a filter, but ${loggable(attribute.name)} has a single value.`;
  }
  const filter = parseBrackets(parts.filter, path, text);
  if (parts.subName === undefined || isOwnValue(attribute, parts.subName)) return { path, filter };
  const subAttribute = findAttribute(attribute.subAttributes ?? [], parts.subName);
  if (!subAttribute) {
    throw invalidPath(
      'pathPartUnknown',
    )`The path ${excerpt(text)} names nothing: ${loggable(attribute.name)} has no such part.`;
  }
  return { path: { ...path, subAttribute }, filter };
};

/** Splits `text` at its brackets; undefined if they do not match. Brackets inside quotes belong to a literal. */
export const splitPatchPath = (text: string): PatchPathText | undefined => {
  const open = text.indexOf('[');
  if (open < 0) return text.includes(']') ? undefined : { name: text };
  const close = closingBracket(text, open + 1);
  if (open === 0 || close === undefined) return undefined;
  const bracketed = { name: text.slice(0, open), filter: text.slice(open + 1, close) };
  const rest = text.slice(close + 1);
  if (rest === '') return bracketed;
  return rest.length > 1 && rest.startsWith('.') ? { ...bracketed, subName: rest.slice(1) } : undefined;
};

const closingBracket = (text: string, start: number): number | undefined => {
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ']') return at;
  }
  return undefined;
};

const parseBrackets = (filter: string, { attribute }: AttributePath, text: string): Filter => {
  try {
    return parseValueFilter(filter, attribute);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw invalidFilter('pathFilter')`The path ${excerpt(text)} cannot be used. ${error}`;
  }
};

const EXCERPT_LENGTH = 120;

/** A path cut to a length that is enough to recognise it in an attribute mapping. */
export const excerpt = (text: string) =>
  text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;

/** `text` for the detail of an error; logged as the schema spells it, without the literals of a filter. */
export const showPath = (text: string, { path, filter }: PatchPath): Wording => {
  const { subAttribute, ...whole } = path;
  const known = filter
    ? `${pathName(whole)}[…]${subAttribute ? `.${subAttribute.name}` : ''}`
    : pathName(path);
  return loggedAs(excerpt(text), known);
};
