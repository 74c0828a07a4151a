// Bundles as a deployment makes them, without a synthesis.

import { execFileSync } from 'node:child_process';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { bundling, MINIFY, replacements } from '../../lib/bundling.ts';

/** Writes the bundle of `source` to `outfile` and answers with what esbuild says is in it. */
export const writeBundle = async (
  source: Pick<BuildOptions, 'entryPoints' | 'stdin'>,
  outfile: string,
): Promise<Metafile> => {
  const { metafile } = await build({
    ...source,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    metafile: true,
    minify: bundling.minify,
    target: bundling.target,
    mainFields: bundling.mainFields,
    external: bundling.externalModules,
    alias: replacements,
  });
  execFileSync(process.execPath, [MINIFY, outfile]);
  return metafile;
};
