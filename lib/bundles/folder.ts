// Where the bundles are, apart from build.ts so that deploying them needs no esbuild. The path is the same from here and from
// dist/esm and dist/cjs, into which this file is bundled for the package: two folders up.

import { join } from 'node:path';

/** The folder with the bundles of all handlers. */
export const BUNDLES = join(import.meta.dirname, '../../bundles');

/** The folder of one handler's bundle, which contains only `index.mjs`. */
export const bundleFolder = (name: string, folder: string = BUNDLES): string => join(folder, name);
