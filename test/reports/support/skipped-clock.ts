// Preloaded into a local run and its commands (node --import): their clock is ahead of ours by what a test has skipped, so
// that nobody sits through the minutes. Only what goes by the date does: a timer of seconds takes its seconds.

import { openSync, readSync } from 'node:fs';

/** Schedules are intervals at least so long; they come due by the skipped clock. */
const SCHEDULE_MS = 10_000;

const LOOK_EVERY_MS = 20;

const file = openSync(new URL(import.meta.url).searchParams.get('file') ?? '', 'r');
const skipped = new Float64Array(1);
const realNow = Date.now;

/** Milliseconds since 1970, and what was skipped. */
const now = (): number => {
  readSync(file, skipped, 0, skipped.byteLength, 0);
  return realNow() + (skipped[0] ?? 0);
};

Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length ? parts : [now()], newTarget),
});

const setRealInterval = globalThis.setInterval;
const setSkippedInterval = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
  if (ms < SCHEDULE_MS) return setRealInterval(callback, ms, ...args);
  let due = now() + ms;
  return setRealInterval(() => {
    if (now() < due) return;
    due = now() + ms;
    callback(...args);
  }, LOOK_EVERY_MS);
};
globalThis.setInterval = Object.assign(setSkippedInterval, setRealInterval) as typeof setInterval;
