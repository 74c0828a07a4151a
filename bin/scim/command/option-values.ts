// Readers of the values of options; what cannot be read is an error of usage.

import { InvalidArgumentError } from 'commander';

/** 0 to 999999. */
export const wholeNumber = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('That is not a whole number.');
};

/** 1 to 999999. */
export const countingNumber = (text: string): number => {
  const number = wholeNumber(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('It must be at least 1.');
};

/** One value for each time the option is given. */
export const repeated = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

/** Values separated by commas. */
export const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

/** 1 to 65535. */
export const portNumber = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
};

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `2h`, `3d` ago, or a time as RFC 3339 has it, in milliseconds since the epoch. */
export const startTime = (text: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS_MS[unit] ?? 0);
  if (time >= 0) return time;
  throw new InvalidArgumentError('A time looks like 30m, 2h, 3d, or 2026-11-22T08:00:00Z.');
};
