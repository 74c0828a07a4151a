// The bundles of this moment, in a folder that has no node_modules above it to be found by accident.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandlers } from '../../lib/bundles/build.ts';

export const makeBundles = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scim-bundles-'));
  return {
    ...(await bundleHandlers(folder)),
    folder,
    fileOf: (name: string) => join(folder, name, 'index.mjs'),
    remove: () => rmSync(folder, { recursive: true }),
  };
};
