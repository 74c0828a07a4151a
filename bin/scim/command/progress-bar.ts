// The progress of a command that takes a while, in one line of the terminal.

import type { Terminal } from './context.ts';

interface ProgressBar {
  readonly show: (done: number, all: number) => void;
  /** Erases the line. */
  readonly clear: () => void;
}

const WIDTH = 24;

/** Undefined when `stream` is not a terminal. */
export const progressBar = (stream: Terminal['stderr'], what: string): ProgressBar | undefined => {
  if (!stream.isTTY) return undefined;
  return {
    show: (done, all) => {
      const bar = '█'.repeat(Math.round((done / Math.max(all, 1)) * WIDTH)).padEnd(WIDTH, '░');
      stream.write(`\r\x1b[2K ${bar} ${done}/${all} ${what}`);
    },
    clear: () => {
      stream.write('\r\x1b[2K');
    },
  };
};
