// npm run bundle: bundles the handlers as they are deployed, in bundles/, and prints their sizes. `cdk` does this too.

import { bundleHandlers } from '../lib/bundles/build.ts';

const { metafile } = await bundleHandlers();
for (const [path, { bytes }] of Object.entries(metafile.outputs)) console.log(`${path}  ${bytes} bytes`);
