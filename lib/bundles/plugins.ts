// The two plugins of esbuild that make our bundles small and quick to load.

import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { extname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { LeftOut } from './left-out.ts';

const ownModules = join(import.meta.dirname, 'sdk');

/** Replaces each module of a row; `met` is told of every row that there was something to replace for. */
export const leaveOut = (rows: readonly LeftOut[], met: (row: LeftOut) => void): Plugin => ({
  name: 'leave-out',
  setup(build) {
    for (const row of rows) {
      const { instead } = row;
      build.onLoad({ filter: patternOf(row.module) }, async ({ path }) => {
        met(row);
        if (typeof instead === 'string') return { contents: instead, loader: 'ts', resolveDir: ownModules };
        const contents = instead(await readFile(path, 'utf8'));
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
 * Node's own modules by `process.getBuiltinModule`. An `import` of `node:http` or `node:https` reads every export, and one
 * of them loads all of fetch: some 30 ms of a cold start.
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
