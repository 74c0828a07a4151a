// Cursors (RFC 9865): the position at which a list continues, opaque to the client.
//
// They are not signed. A cursor is a position in the list of the tenant that sends it, with the total of the first page. A
// forged cursor, or one of another tenant, gives access only to resources that the token can read anyway.

import { expiredCursor, invalidCursor } from '../errors/errors.ts';

/** How long a cursor is valid; advertised in ServiceProviderConfig. */
export const CURSOR_TIMEOUT_SECONDS = 3_600;

/** Where a list continues. */
export interface CursorPosition {
  /** The id after which the list continues or, in a filtered or sorted list, the number of resources already returned. */
  readonly after: string | number;
  /** The total that the first page gave. */
  readonly totalResults: number;
}

/** Encodes a position as a cursor. `nowMs` is in milliseconds since the epoch. */
export const encodeCursor = ({ after, totalResults }: CursorPosition, nowMs: number): string =>
  toBase64Url(JSON.stringify([nowMs + CURSOR_TIMEOUT_SECONDS * 1000, totalResults, after]));

/** Decodes a cursor. Throws invalidCursor if this service did not issue it, expiredCursor if it is too old. */
export const decodeCursor = (cursor: string, nowMs: number): CursorPosition => {
  const [expiresAt, totalResults, after] = parse(cursor);
  const isPosition = typeof after === 'string' || isCount(after);
  if (typeof expiresAt !== 'number' || !isCount(totalResults) || !isPosition) throw unknownCursor();
  if (expiresAt < nowMs) {
    throw expiredCursor(
      'cursorTooOld',
    )`The cursor is too old. List again from the start, with an empty cursor.`;
  }
  return { after, totalResults };
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const parse = (cursor: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')));
    if (Array.isArray(value)) return value;
  } catch {
    // Not base64, or not JSON.
  }
  throw unknownCursor();
};

const toBase64Url = (text: string) =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const unknownCursor = () =>
  invalidCursor('cursorUnknown')`The cursor is not one that this service gave out for this list.`;
