// How far the stream has been read: Lambda remembers it, and so does a run that keeps its data.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** One position per shard. */
export interface StreamPositions {
  /** The sequence number of the last processed record; undefined for an unread shard. */
  readonly get: (shardId: string) => string | undefined;
  readonly set: (shardId: string, sequenceNumber: string) => void;
}

/** In `file`, or in memory. A batch that was processed but not recorded is delivered again, as can happen with Lambda. */
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
