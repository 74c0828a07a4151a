// The objects of the local S3: in memory and, with a folder, one file each, written completely before the call is answered.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The objects of all buckets. */
export interface ObjectFolder {
  readonly put: (bucket: string, key: string, text: string) => void;
  /** Undefined when there is no such object. */
  readonly get: (bucket: string, key: string) => string | undefined;
  /** Does nothing when there is no such object. */
  readonly remove: (bucket: string, key: string) => void;
  /** The keys of a bucket, in the order of S3. */
  readonly keys: (bucket: string) => readonly string[];
}

/** Opens `folder`, which is created with the first object; without one, everything stays in memory. */
export const openObjectFolder = (folder?: string): ObjectFolder => {
  const objects = new Map<string, string>(folder === undefined ? [] : readObjects(folder));
  return {
    put: (bucket, key, text) => {
      const name = nameOf(bucket, key);
      if (folder !== undefined) writeObject(folder, name, text);
      objects.set(name, text);
    },
    get: (bucket, key) => objects.get(nameOf(bucket, key)),
    remove: (bucket, key) => {
      const name = nameOf(bucket, key);
      if (folder !== undefined) rmSync(join(folder, name), { force: true });
      objects.delete(name);
    },
    keys: (bucket) =>
      [...objects.keys()]
        .map((name) => decodeURIComponent(name))
        .filter((name) => name.startsWith(`${bucket}/`))
        .map((name) => name.slice(bucket.length + 1))
        .sort(),
  };
};

/** A file name: no part of a key can lead out of the folder. */
const nameOf = (bucket: string, key: string) => encodeURIComponent(`${bucket}/${key}`);

/** Readable by its owner only, because it holds personal data. */
const writeObject = (folder: string, name: string, text: string): void => {
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, '.next');
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, join(folder, name));
};

const readObjects = (folder: string): [string, string][] => {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
