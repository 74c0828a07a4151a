// Parses the body of a request: one JSON object of bounded size and depth.

import type { MiddlewareObj } from '@middy/core';
import { invalidSyntax, payloadTooLarge, unsupportedMediaType } from '../scim/errors/errors.ts';
import { findUnkeepable, isDeeperThan, isObject, type JsonObject } from '../scim/json.ts';
import { MAX_BODY_BYTES } from '../scim/limits.ts';
import { locate, type ScimEvent } from './gateway.ts';

/** SCIM needs five levels; without a limit a small body could overflow the stack of recursive functions. */
const MAX_DEPTH = 32;

/**
 * Middleware that sets `event.json`. Ignores the media type; throws unsupportedMediaType for a charset other than UTF-8 or an
 * encoded body, invalidSyntax or payloadTooLarge (RFC 7644 §3.1).
 */
export const jsonBody = (): MiddlewareObj<ScimEvent> => ({
  before: ({ event }) => {
    const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
    if (!body) return;
    refuseOtherForms(locate(event).headers);
    if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
      throw payloadTooLarge(
        'bodyTooLarge',
      )`The body is larger than ${MAX_BODY_BYTES} bytes. Split the change into several requests.`;
    }
    const value = parse(body);
    if (!isObject(value)) throw invalidSyntax('bodyNotObject')`The body is not a JSON object.`;
    if (isDeeperThan(value, MAX_DEPTH))
      throw invalidSyntax('bodyTooDeep')`The body nests deeper than ${MAX_DEPTH} levels.`;
    refuseUnkeepable(value);
    event.json = value;
  },
});

const refuseOtherForms = (headers: Readonly<Record<string, string | undefined>>): void => {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw unsupportedMediaType('bodyCharset')`The charset ${charset} is not understood: a body is in UTF-8.`;
  const encoding = headers['content-encoding']?.trim() ?? '';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity')
    throw unsupportedMediaType(
      'bodyEncoded',
    )`The Content-Encoding ${encoding} is not understood: send the body as it is.`;
};

/** More of a place than this tells no client more. */
const MAX_PLACE = 200;

const refuseUnkeepable = (body: JsonObject): void => {
  const found = findUnkeepable(body);
  if (!found) return;
  const place = found.place.slice(0, MAX_PLACE).toWellFormed() || 'the body';
  if (found.kind === 'number')
    throw invalidSyntax('bodyNumberTooLarge')`The number at ${place} is too large to be kept, such as 1e400.`;
  throw invalidSyntax(
    'bodyNotUnicode',
  )`At ${place} there is half of a surrogate pair, such as \\ud800 alone, which is no character.`;
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    throw invalidSyntax('bodyNotJson')`The body is not valid JSON.`;
  }
};
