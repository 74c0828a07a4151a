// Where suites are installed: below .local, which git ignores, so that they are kept from run to run.

import { join } from 'node:path';

export const localFolder = (name: string): string =>
  join(import.meta.dirname, '..', '..', '.local', 'conformance', name);
