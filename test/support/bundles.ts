// The bundles of this moment, in a folder that has no node_modules above it to be found by accident.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandlers } from '../../lib/bundles/build.ts';
import type { LeftOut } from '../../lib/bundles/left-out.ts';

/** `rows` of what is left out of the SDK; default: all. */
export const makeBundles = async (rows?: readonly LeftOut[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'scim-bundles-'));
  return {
    ...(await bundleHandlers(folder, rows)),
    folder,
    fileOf: (name: string) => join(folder, name, 'index.mjs'),
    remove: () => rmSync(folder, { recursive: true }),
  };
};
