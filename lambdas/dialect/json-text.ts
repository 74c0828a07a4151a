// JSON inside a string: several clients send lists and objects as text, such as members as "[{\"value\":\"7d42\"}]".

import { invalidValue, loggable } from '../scim/errors/errors.ts';
import {
  exceedsValueLimit,
  findUnkeepable,
  isDeeperThan,
  isObject,
  type Json,
  type JsonObject,
} from '../scim/json.ts';
import { MAX_BODY_VALUES } from '../scim/limits.ts';
import type { Attribute } from '../scim/schemas/schema.ts';
import { parseRoleDocument } from './roles.ts';

/** No attribute is deeper; without a limit a small text could overflow the stack of recursive functions. */
const MAX_DEPTH = 8;

const BEGINNING = /^\s*[{[]/;

/**
 * `value`, or what its text contains if it is text that begins with `{` or `[`. Only for what cannot be text itself: a
 * complex value, or the list of a multi-valued attribute. Throws invalidValue if that text is not JSON. The JSON in which
 * Entra sends an app role stays text (roles.ts).
 */
export const readJsonText = ({ name }: Attribute, value: Json): Json => {
  if (typeof value !== 'string' || !BEGINNING.test(value)) return value;
  if (name === 'roles' && parseRoleDocument(value)) return value;
  const parsed = parse(value);
  if (parsed !== undefined) return parsed;
  throw invalidValue(
    'textNotJson',
  )`${loggable(name)}: the text begins like JSON, with { or [, but it cannot be read as JSON.`;
};

/**
 * The object of attributes that a client sends for a schema, or as the value of an operation without a path: the object, a
 * list of that object alone, or either as text. Undefined for anything else.
 */
export const readObject = (value: Json | undefined): JsonObject | undefined => {
  const given = typeof value === 'string' && BEGINNING.test(value) ? parse(value) : value;
  const [only, ...others] = Array.isArray(given) ? given : [given];
  return isObject(only) && others.length === 0 ? only : undefined;
};

const parse = (text: string): Json | undefined => {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isUsable =
    !isDeeperThan(value, MAX_DEPTH) && !exceedsValueLimit(value, MAX_BODY_VALUES) && !findUnkeepable(value);
  return isUsable ? value : undefined;
};
