// Paths of the repository, so that the programs work from whatever folder they are started in.

import { join } from 'node:path';

/** An absolute path, from segments below the root of the repository. */
export const rootPath = (...segments: string[]): string => join(import.meta.dirname, '../..', ...segments);
