// Runs a program to its end and keeps what it printed.

import { execFile } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  readonly minutes?: number;
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Resolves however the program ends; a code of -1 means that it could not start or ran too long. */
export const run = (program: string, args: readonly string[], { cwd, minutes = 5, env }: Options = {}) =>
  new Promise<Ended>((resolve) => {
    const options = {
      cwd,
      timeout: minutes * 60_000,
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...process.env, ...env },
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : -1;
      resolve({ code: error ? code : 0, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });

export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
