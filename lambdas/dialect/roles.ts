// App roles: Entra's default dialect sends each one as a JSON document in the string `value`.

import { isObject, type Json, type JsonObject, ownValue } from '../scim/json.ts';

/**
 * A value of `roles` with the parts of RFC 7643 §4.1.2. Entra sends its three kinds of assignments as
 * `{"value": "{\"id\":…,\"value\":…,\"displayName\":…}"}` (single and complex, PATCH by default),
 * `{primary, type, displayName, value}` (complex, POST) and `{primary, type, display, value}` (assertive, and with
 * the flag). `displayName`, which roles do not have, is stored as `display`. A role without a value, such as the default
 * one, gets its name as the value, else its id.
 */
export const readRole = (role: JsonObject): JsonObject => {
  const document = parseRoleDocument(ownValue(role, 'value') ?? null);
  const { value, displayName, ...others } = role;
  if (!document) return { ...(displayName !== undefined && { display: displayName }), ...role };
  const name = displayName ?? ownValue(document, 'displayName');
  const identifier = [ownValue(document, 'value'), name, ownValue(document, 'id')].find(isText);
  return {
    ...(isText(name) && { display: name }),
    ...others,
    ...(identifier !== undefined && { value: identifier }),
  };
};

/** The JSON document in a role's value, or undefined if the value is plain text. */
export const parseRoleDocument = (value: Json): JsonObject | undefined => {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
  try {
    const document: unknown = JSON.parse(value);
    return isObject(document) && KNOWN.some((name) => isText(ownValue(document, name)))
      ? document
      : undefined;
  } catch {
    return undefined;
  }
};

const KNOWN = ['id', 'value', 'displayName'];

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';
