// The bundles of the current code, in a folder without any node_modules above it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandlers } from '../../lib/bundles/build.ts';
import type { LeftOut } from '../../lib/bundles/left-out.ts';

/** `rows`: what is left out of the SDK; default: all. */
export const makeBundles = async (rows?: readonly LeftOut[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'scim-bundles-'));
  return {
    ...(await bundleHandlers(folder, rows)),
    folder,
    fileOf: (name: string) => join(folder, name, 'index.mjs'),
    remove: () => rmSync(folder, { recursive: true }),
  };
};
