// How every handler of lambdas/handlers becomes one file: by bin/bundle.ts (npm run bundle), and by bin/app.ts before each
// synthesis. Much of a function's cold start is reading its code, so nothing goes in that a Lambda never runs;
// test/lib/bundles/build.test.ts holds the size.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { BUNDLES, bundleFolder } from './folder.ts';
import { type LeftOut, leftOut } from './left-out.ts';
import { builtinsWithoutImport, leaveOut } from './plugins.ts';

const repository = join(import.meta.dirname, '../..');
const handlers = join(repository, 'lambdas/handlers');

/** Event streams, which none of our calls uses; the SDK imports them only when it comes to one. */
const NEVER_IMPORTED = ['@smithy/core/event-streams'];

export interface Bundles {
  readonly metafile: Metafile;
  /** Rows of left-out.ts that changed nothing. */
  readonly idleRows: readonly LeftOut[];
}

/**
 * Each of these sources as one minified ES module with the SDK in it (that of the runtime loads half as fast). `rows` of
 * what is left out; with none, the SDK is whole.
 */
export const bundle = async (
  source: Pick<BuildOptions, 'entryPoints' | 'stdin'>,
  folder: string,
  rows: readonly LeftOut[] = leftOut,
): Promise<Bundles> => {
  const met = new Set<LeftOut>();
  const { metafile, outputFiles } = await build({
    ...source,
    absWorkingDir: repository,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: NEVER_IMPORTED,
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [builtinsWithoutImport, leaveOut(rows, (row) => met.add(row))],
  });
  for (const { path, text } of outputFiles) replaceFile(path, text);
  return { metafile, idleRows: rows.filter((row) => !met.has(row)) };
};

/** All handlers, each in a folder of its own; one that there is no handler for any more goes. */
export const bundleHandlers = async (
  folder: string = BUNDLES,
  rows?: readonly LeftOut[],
): Promise<Bundles> => {
  const names = readdirSync(handlers).map((file) => basename(file, '.ts'));
  const entryPoints = names.map((name) => ({ in: join(handlers, `${name}.ts`), out: `${name}/index` }));
  const made = await bundle({ entryPoints }, folder, rows);
  for (const name of readdirSync(folder)) {
    if (!names.includes(name)) rmSync(bundleFolder(name, folder), { recursive: true });
  }
  return made;
};

/** In one step, and only if it changes: another synthesis may be reading it. */
const replaceFile = (path: string, text: string): void => {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {} // It is new.
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${dirname(path)}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
};
