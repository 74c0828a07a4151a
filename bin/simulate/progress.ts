// The simulation's progress, in one line of the terminal; nothing when the output is not a terminal.

import type { WriteStream } from 'node:tty';

/** A line that is redrawn in place. */
export interface Progress {
  /** Starts a phase, with no steps yet. */
  phase(name: string): void;
  /** Adds to the steps of this phase. */
  expect(steps: number): void;
  /** One more step is done. */
  step(): void;
  /** Erases the line, so that other output can follow. */
  clear(): void;
}

const silent: Progress = { phase: () => {}, expect: () => {}, step: () => {}, clear: () => {} };

const WIDTH = 24;
const REDRAW_MS = 80;

/** A progress bar, redrawn at most twelve times a second, or none when the stream is not a terminal. */
export const progressOn = (stream: WriteStream, phases: number): Progress => {
  if (!stream.isTTY) return silent;
  let [name, number, done, all, drawn] = ['', 0, 0, 0, Number.NEGATIVE_INFINITY];
  const draw = () => {
    const now = performance.now();
    if (now - drawn < REDRAW_MS) return;
    drawn = now;
    const share = all === 0 ? 0 : done / all;
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
    const line = ` ${bar} ${number}/${phases} ${name} ${done}/${all}`;
    stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
  };
  return {
    phase: (next) => {
      [name, number, done, all] = [next, number + 1, 0, 0];
      draw();
    },
    expect: (steps) => {
      all += steps;
    },
    step: () => {
      done += 1;
      draw();
    },
    clear: () => {
      stream.write('\r\x1b[2K');
    },
  };
};
