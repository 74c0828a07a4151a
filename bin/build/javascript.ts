// The construct and the events as JavaScript, one file per module system. Dependencies are bundled, except the CDK, of which an
// app must have exactly one.

import { join } from 'node:path';
import { build, type Format, type Metafile } from 'esbuild';

/** Packages that users install themselves. */
export const PEERS = ['aws-cdk-lib', 'constructs'];

const repository = join(import.meta.dirname, '../..');

/** The script finds the folder of the bundles from its own. */
const dirnameIn: Readonly<Record<'esm' | 'cjs', Record<string, string>>> = {
  esm: {},
  cjs: { 'import.meta.dirname': '__dirname' },
};

/** Writes each entry as `<name><extension>` in the folder. */
export const buildJavaScript = async (
  entries: readonly string[],
  folder: string,
  format: Extract<Format, 'esm' | 'cjs'>,
  extension: string,
): Promise<Metafile> => {
  const { metafile } = await build({
    entryPoints: [...entries],
    absWorkingDir: repository,
    outdir: folder,
    outExtension: { '.js': extension },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    external: PEERS.flatMap((peer) => [peer, `${peer}/*`]),
    define: dirnameIn[format],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
};
