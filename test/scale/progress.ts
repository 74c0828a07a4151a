// A run takes minutes, and Jest says nothing until a file is done: what is being done now, on stderr.

import { writeSync } from 'node:fs';
import { beforeEach, expect } from '@jest/globals';

const began = performance.now();

/** Says it with the seconds since the test file began. */
export const tell = (what: string): void => {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  writeSync(2, `${seconds.padStart(5)} s  ${what}\n`);
};

/** Has every test of the file say its name when it begins. */
export const tellEveryTest = (): void => {
  beforeEach(() => tell(expect.getState().currentTestName ?? ''));
};

/** How much is done, said at every `step`. */
export const tellCount = (what: string, total: number, step = 10_000) => {
  let done = 0;
  return (more: number): void => {
    const steps = Math.floor(done / step);
    done += more;
    if (Math.floor(done / step) > steps)
      tell(`${what}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
  };
};
