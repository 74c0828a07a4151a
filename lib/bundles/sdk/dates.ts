// Replaces the SDK's date parsers in the bundles. Those also reject malformed dates; `Date` parses all that services really
// send: seconds since 1970, or a Retry-After.

const dateOf = (value: string | number): Date => {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new TypeError(`Not a date: ${value}`);
  return date;
};

/** Seconds since the epoch, with a fraction. Each parser throws a `TypeError` for what is not a date. */
export const parseEpochTimestamp = (value: string | number): Date => dateOf(Number(value) * 1000);

/** `2026-11-21T23:40:00Z` (RFC 3339, section 5.6). */
export const parseRfc3339DateTime = dateOf;

/** The same with an offset: `+01:00`. */
export const parseRfc3339DateTimeWithOffset = dateOf;

/** `Sat, 21 Nov 2026 23:40:00 GMT` (RFC 7231, section 7.1.1.1). */
export const parseRfc7231DateTime = dateOf;

/** The same format, written. */
export const dateToUtcString = (date: Date): string => date.toUTCString();
