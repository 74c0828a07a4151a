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

/** Prints progress at every ten thousandth. */
export const tellCount = (what: string, total: number) => {
  const STEP = 10_000;
  let done = 0;
  return (more: number): void => {
    const steps = Math.floor(done / STEP);
    done += more;
    if (Math.floor(done / STEP) > steps)
      tell(`${what}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
  };
};
