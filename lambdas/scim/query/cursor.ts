// Cursors (RFC 9865): where a list continues, in a form that means nothing to the client.
//
// They are not signed. A cursor names a place in the list of the tenant that presents it, and repeats the total that it was
// given with: whoever makes one up, or has one of another tenant, sees resources that its token shows anyway.

import { expiredCursor, invalidCursor } from '../errors/errors.ts';

/** How long a cursor is honoured, in seconds; ServiceProviderConfig says so. */
export const CURSOR_TIMEOUT_SECONDS = 3_600;

export interface CursorPosition {
  /** The id behind which the list continues or, in a filtered or sorted list, how many of it have been shown. */
  readonly after: string | number;
  /** What the first page said of the whole list. */
  readonly totalResults: number;
}

/** `now` in milliseconds since the epoch. */
export const encodeCursor = ({ after, totalResults }: CursorPosition, now: number): string =>
  toBase64Url(JSON.stringify([now + CURSOR_TIMEOUT_SECONDS * 1000, totalResults, after]));

/** Throws invalidCursor for a text that is none of ours, expiredCursor for one that is too old. */
export const decodeCursor = (cursor: string, now: number): CursorPosition => {
  const [expires, totalResults, after] = parse(cursor);
  const isPosition = typeof after === 'string' || isCount(after);
  if (typeof expires !== 'number' || !isCount(totalResults) || !isPosition) throw unknownCursor();
  if (expires < now) {
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
    // Neither base64 nor JSON: unknown, as below.
  }
  throw unknownCursor();
};

const toBase64Url = (text: string) =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const unknownCursor = () =>
  invalidCursor('cursorUnknown')`The cursor is not one that this service gave out for this list.`;
