// npm run bundle: the handlers as they are deployed, in bundles/, with their sizes. `cdk` does the same by itself.

import { bundleHandlers } from '../lib/bundles/build.ts';

const { metafile } = await bundleHandlers();
for (const [path, { bytes }] of Object.entries(metafile.outputs)) console.log(`${path}  ${bytes} bytes`);
