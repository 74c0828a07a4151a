// The run works the same from whatever folder it is started in.

import { join } from 'node:path';

/** A path of this repository, from its root. */
export const rootPath = (...segments: string[]): string => join(import.meta.dirname, '../..', ...segments);
