// The secrets of a local run: in memory and, with a file, durable before a call is answered.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Secret } from './secret.ts';

/** The opened file. */
export interface SecretFile {
  /** By name. Changed only inside `commit`. */
  readonly secrets: Map<string, Secret>;
  /** Runs `change`; its effect is on disk when this returns, and undone when it or the write throws. */
  readonly commit: <Result>(change: () => Result) => Result;
}

/** Opens `file` (JSON, created with the first change); without one, everything stays in memory. */
export const openSecretFile = (file?: string): SecretFile => {
  const secrets = new Map<string, Secret>();
  let saved = (file && readIfPresent(file)) || '[]';
  const restore = () => {
    secrets.clear();
    for (const secret of JSON.parse(saved) as Secret[]) secrets.set(secret.name, secret);
  };
  restore();
  const commit = <Result>(change: () => Result): Result => {
    try {
      const result = change();
      const text = JSON.stringify([...secrets.values()]);
      if (file && text !== saved) replaceFile(file, text);
      saved = text;
      return result;
    } catch (error) {
      restore();
      throw error;
    }
  };
  return { secrets, commit };
};

const readIfPresent = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Writes all or nothing, even if the process is killed; readable by its owner only, because it holds tokens. */
const replaceFile = (file: string, text: string): void => {
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w', 0o600);
  writeSync(descriptor, text);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(next, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
};
