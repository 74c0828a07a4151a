// Where the bundles are: made by build.ts, deployed by handler-function.ts, which needs no esbuild for it. They are two folders
// up from here, and from dist/esm and dist/cjs of the package, which have this in them.

import { join } from 'node:path';

export const BUNDLES = join(import.meta.dirname, '../../bundles');

/** The folder of one handler's bundle, which has nothing but its `index.mjs`. */
export const bundleFolder = (name: string, folder: string = BUNDLES): string => join(folder, name);
