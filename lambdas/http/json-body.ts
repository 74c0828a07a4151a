// Parses the body of a request: one JSON object of bounded size and depth.

import type { MiddlewareObj } from '@middy/core';
import { invalidSyntax, payloadTooLarge } from '../scim/errors/errors.ts';
import { isObject, isWellFormed } from '../scim/json.ts';
import { MAX_BODY_BYTES } from '../scim/limits.ts';
import type { ScimEvent } from './gateway.ts';

/** SCIM needs five levels; without a limit a small body could overflow the stack of recursive functions. */
const MAX_DEPTH = 32;

/** Middleware that sets `event.json`. Ignores the content type; throws invalidSyntax or payloadTooLarge (RFC 7644 §3.1). */
export const jsonBody = (): MiddlewareObj<ScimEvent> => ({
  before: ({ event }) => {
    const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
    if (!body) return;
    if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
      throw payloadTooLarge(
        'bodyTooLarge',
      )`The body is larger than ${MAX_BODY_BYTES} bytes. Split the change into several requests.`;
    }
    const value = parse(body);
    if (!isObject(value)) throw invalidSyntax('bodyNotObject')`The body is not a JSON object.`;
    if (isDeeperThan(value, MAX_DEPTH))
      throw invalidSyntax('bodyTooDeep')`The body nests deeper than ${MAX_DEPTH} levels.`;
    if (!isWellFormed(value)) {
      throw invalidSyntax(
        'bodyNotUnicode',
      )`The body has half of a surrogate pair, such as \\ud800 alone, which is no character.`;
    }
    event.json = value;
  },
});

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    throw invalidSyntax('bodyNotJson')`The body is not valid JSON.`;
  }
};

const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1)));
