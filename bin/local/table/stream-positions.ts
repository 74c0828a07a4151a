// How far the stream has been followed: Lambda remembers it, and so does a run that keeps its data.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface StreamPositions {
  /** The sequence number of the last record that is done; undefined for a shard that nobody has read. */
  readonly get: (shardId: string) => string | undefined;
  readonly set: (shardId: string, sequenceNumber: string) => void;
}

/** In `file`, or in memory. A batch that was done and not noted is delivered again, as Lambda may do any time. */
export const openStreamPositions = (file?: string): StreamPositions => {
  const positions = new Map(file === undefined ? [] : readPositions(file));
  return {
    get: (shardId) => positions.get(shardId),
    set: (shardId, sequenceNumber) => {
      positions.set(shardId, sequenceNumber);
      if (file === undefined) return;
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(positions)));
      renameSync(`${file}.new`, file);
    },
  };
};

const readPositions = (file: string): [string, string][] => {
  try {
    return Object.entries(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
