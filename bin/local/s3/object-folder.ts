// The objects of the local S3: in memory and, with a folder, one file each, written completely before the call is answered.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

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
      if (folder !== undefined) rmSync(fileOf(folder, name), { force: true });
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

/** The longest file name, less than any file system allows. */
const PIECE = /.{200}(?=.)/g;

/** A long name is spread over folders, whose names end with a character that no encoded name has. */
const fileOf = (folder: string, name: string) => join(folder, name.replaceAll(PIECE, '$&=/'));

/** Readable by its owner only, because it holds personal data. */
const writeObject = (folder: string, name: string, text: string): void => {
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, '.next');
  writeFileSync(unfinished, text, { mode: 0o600 });
  const file = fileOf(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  renameSync(unfinished, file);
};

const readObjects = (folder: string): [string, string][] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ parentPath, name }) => {
        const file = join(parentPath, name);
        return [relative(folder, file).replaceAll('=/', ''), readFileSync(file, 'utf8')];
      });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
