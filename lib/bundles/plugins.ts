// The two esbuild plugins that keep the bundles small and quick to load.

import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { extname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { LeftOut } from './left-out.ts';

const ownModules = join(import.meta.dirname, 'sdk');

/** Replaces the modules of each row; calls `met` for each row that changed something. */
export const leaveOut = (rows: readonly LeftOut[], met: (row: LeftOut) => void): Plugin => ({
  name: 'leave-out',
  setup(build) {
    for (const row of rows) {
      const { instead } = row;
      build.onLoad({ filter: patternOf(row.module) }, async ({ path }) => {
        if (typeof instead === 'string') {
          met(row);
          return { contents: instead, loader: 'ts', resolveDir: ownModules };
        }
        const source = await readFile(path, 'utf8');
        const contents = instead(source);
        if (contents !== source) met(row);
        return { contents, loader: extname(path) === '.json' ? 'json' : 'js' };
      });
    }
  },
});

const patternOf = (module: string): RegExp => {
  const parts = module
    .split('*')
    .map((part) => part.replaceAll('.', String.raw`\.`).replaceAll('/', String.raw`[\\/]`));
  return new RegExp(String.raw`[\\/]node_modules[\\/]${parts.join('[^\\\\/]+')}$`);
};

/**
 * Loads built-in modules with `process.getBuiltinModule`. An `import` reads every export, and some of those load more of
 * Node, such as `webcrypto` of `node:crypto`: 4 ms of a cold start, measured by `npm run bench:init`.
 */
export const builtinsWithoutImport: Plugin = {
  name: 'builtins-without-import',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== 'dynamic-import' ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
      loader: 'js',
    }));
  },
};
