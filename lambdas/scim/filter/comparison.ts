// How values of an attribute compare, given its type and caseExact. Filters and sorting share these rules
// (RFC 7644 §3.4.2.2, §3.4.2.3).

import type { Json } from '../json.ts';
import type { Attribute } from '../schemas/schema.ts';

/** A value in the form in which it is compared; a time is a number of milliseconds. */
export type Comparable = string | number | boolean;

/** Converts a value to its comparable form; undefined if it is absent or does not have the attribute's type. */
export type Normalize<Form extends Comparable> = (value: Json | undefined) => Form | undefined;

const LAST_ASCII = 0x7f;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Folds text that is not caseExact: lower case and Unicode compatibility forms (NFKC), as the keys of the table do. A scan
 * of all resources spends most of its time here, and most values are ASCII, lower case or both, so the loop skips the
 * folding that they do not need.
 */
export const foldCase = (text: string): string => {
  let hasUpperCase = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character > LAST_ASCII) return foldUnicode(text);
    if (character >= UPPER_A && character <= UPPER_Z) hasUpperCase = true;
  }
  return hasUpperCase ? text.toLowerCase() : text;
};

/** `toLowerCase` turns a sigma at the end of a word into ς; it must compare equal to σ. */
const foldUnicode = (text: string): string =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');

/** A JSON number, also within a string; undefined for anything else. */
export const asNumber = (value: Json | undefined): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && JSON_NUMBER.test(value) ? Number(value) : undefined;
};

/** A boolean, or Entra's `"True"` and `"False"` (it sends booleans as strings); undefined for anything else. */
export const asBoolean = (value: Json | undefined): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  const lower = typeof value === 'string' && value.length <= 5 && value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
};

/**
 * An xsd:dateTime (RFC 7643 §2.3.5) in milliseconds since the epoch, UTC if it has no time zone; undefined for anything
 * else.
 */
export const asInstant = (value: Json | undefined): number | undefined => {
  const parts = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (!parts) return undefined;
  const instantMs = Date.parse(parts[1] ? parts[0] : `${parts[0]}Z`);
  return Number.isNaN(instantMs) ? undefined : instantMs;
};

const asText = (value: Json | undefined) => (typeof value === 'string' ? value : undefined);
const asFoldedText = (value: Json | undefined) => (typeof value === 'string' ? foldCase(value) : undefined);

/** How values of `attribute` compare as text (`co`, `sw`, `ew`); base64 is never folded. */
export const textNormalizer = ({ type, caseExact }: Attribute): Normalize<string> =>
  caseExact || type === 'binary' ? asText : asFoldedText;

/** How values of `attribute` compare for equality and order. */
export const normalizer = (attribute: Attribute): Normalize<Comparable> => {
  switch (attribute.type) {
    case 'boolean':
      return asBoolean;
    case 'integer':
    case 'decimal':
      return asNumber;
    case 'dateTime':
      return asInstant;
    default:
      return textNormalizer(attribute);
  }
};
