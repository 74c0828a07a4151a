// Bundles an entry point with tree shaking; packages stay imports.

import { build } from 'esbuild';
import { rootPath } from '../../bin/shared/root-path.ts';

/** The path of `entry` is relative to the root of the repository. */
export const bundledCode = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [rootPath(entry)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};
