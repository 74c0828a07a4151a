// Replaces the SDK's date parsers in the bundles. Those also reject malformed dates; `Date` parses all that services really
// send: seconds since 1970, or a Retry-After.

const dateOf = (value: string | number): Date => {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new TypeError(`Not a date: ${value}`);
  return date;
};

export const parseEpochTimestamp = (value: string | number): Date => dateOf(Number(value) * 1000);
export const parseRfc3339DateTime = dateOf;
export const parseRfc3339DateTimeWithOffset = dateOf;
export const parseRfc7231DateTime = dateOf;
export const dateToUtcString = (date: Date): string => date.toUTCString();
