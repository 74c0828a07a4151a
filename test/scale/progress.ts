// Prints progress on stderr: a run takes minutes, and Jest prints nothing until a file is done.

import { writeSync } from 'node:fs';
import { beforeEach, expect } from '@jest/globals';

const began = performance.now();

/** Prints the text with the seconds since the test file began. */
export const tell = (what: string): void => {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  writeSync(2, `${seconds.padStart(5)} s  ${what}\n`);
};

/** Prints the name of every test of the file when it begins. */
export const tellEveryTest = (): void => {
  beforeEach(() => tell(expect.getState().currentTestName ?? ''));
};

/** Prints progress at every `step`. */
export const tellCount = (what: string, total: number, step = 10_000) => {
  let done = 0;
  return (more: number): void => {
    const steps = Math.floor(done / step);
    done += more;
    if (Math.floor(done / step) > steps)
      tell(`${what}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
  };
};
