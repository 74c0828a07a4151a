// A function is as fast to start as its bundle is small. What lib/bundling.ts leaves out must never be needed to load it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { writeBundle } from '../support/bundle.ts';

const BUDGET_BYTES = 260_000;
const handlers = join(import.meta.dirname, '../../lambdas/handlers');
const environment = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'directory',
  SECRET_PREFIX: 'scim',
  EVENT_BUS_NAME: 'bus',
  METRIC_NAMESPACE: 'Scim/Scim',
};

describe.each(readdirSync(handlers))('the bundle of %s', (file) => {
  let folder: string;
  let bundle: Metafile['outputs'][string] | undefined;
  let bytes: number;

  beforeAll(async () => {
    // Outside the repository, so that no node_modules folder is there to be found by accident.
    folder = mkdtempSync(join(tmpdir(), 'scim-bundle-'));
    const outfile = join(folder, 'index.mjs');
    const metafile = await writeBundle({ entryPoints: [join(handlers, file)] }, outfile);
    bytes = statSync(outfile).size;
    bundle = Object.values(metafile.outputs)[0];
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('is within its budget', () => {
    expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  test('needs nothing but Node to load: what is left out is imported only when it is asked for', () => {
    const atLoad = bundle?.imports.filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => path);
    expect(atLoad?.filter((path) => !isBuiltin(path))).toEqual([]);
  });

  test('loads by itself and exports the handler', () => {
    const script = `import('./index.mjs').then(({ handler }) => console.log(typeof handler))`;
    const printed = execFileSync(process.execPath, ['-e', script], {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe('function');
  });
});
