// Bundles every handler of lambdas/handlers into one file, for bin/bundle.ts (npm run bundle) and for bin/app.ts before each
// synthesis. Much of a cold start is reading code, so code that a function never runs is left out;
// test/lib/bundles/build.test.ts holds the sizes.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { BUNDLES, bundleFolder } from './folder.ts';
import { type LeftOut, leftOut } from './left-out.ts';
import { builtinsWithoutImport, leaveOut } from './plugins.ts';

const repository = join(import.meta.dirname, '../..');
const handlers = join(repository, 'lambdas/handlers');

/** Event streams: the SDK imports them on first use, and none of our calls uses them. */
const NEVER_IMPORTED = ['@smithy/core/event-streams'];

/** What a build produced. */
interface Bundles {
  readonly metafile: Metafile;
  /** Rows of left-out.ts that matched nothing. */
  readonly idleRows: readonly LeftOut[];
}

/**
 * Bundles each of these sources into one minified ES module. The SDK is included, because the one of the runtime takes twice
 * as long to load. `rows`: what to leave out; an empty list keeps the whole SDK.
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

/** Bundles all handlers, each into a folder of its own, and deletes folders without a handler. */
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

/** Atomically, and only if the content differs: another synthesis may be reading the file. */
const replaceFile = (path: string, text: string): void => {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {} // It does not exist yet.
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${dirname(path)}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
};
