// A function is as fast to start as its bundle is small. What lib/bundles leaves out must never be needed to load it.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleHandlers } from '../../lib/bundles/build.ts';
import { makeBundles } from '../support/bundles.ts';

/** What they have, and 3 % to grow. */
const SCIM_BYTES = 231_000;
const OTHER_BYTES = 180_000;
const budgets: Readonly<Record<string, number>> = {
  users: SCIM_BYTES,
  groups: SCIM_BYTES,
  resources: SCIM_BYTES,
  bulk: 239_000,
  authorizer: 108_000,
};

const handlers = readdirSync(join(import.meta.dirname, '../../lambdas/handlers')).map((file) =>
  basename(file, '.ts'),
);
const environment = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'directory',
  SECRET_PREFIX: 'scim',
  EVENT_BUS_NAME: 'bus',
  METRIC_NAMESPACE: 'Scim/Scim',
};

let bundles: Awaited<ReturnType<typeof makeBundles>>;
beforeAll(async () => {
  bundles = await makeBundles();
});
afterAll(() => bundles.remove());

describe.each(handlers)('the bundle of %s', (name) => {
  test('is within its budget', () => {
    expect(statSync(bundles.fileOf(name)).size).toBeLessThanOrEqual(budgets[name] ?? OTHER_BYTES);
  });

  test('needs nothing but Node to load', () => {
    const outputs = Object.entries(bundles.metafile.outputs);
    const [, output] = outputs.find(([path]) => path.endsWith(join(sep, name, 'index.mjs'))) ?? [];
    const needed = output?.imports.filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => path);
    expect(needed?.filter((path) => !isBuiltin(path))).toEqual([]);
  });

  test('loads by itself and exports the handler', () => {
    const script = `import('./index.mjs').then(({ handler }) => console.log(typeof handler))`;
    const printed = execFileSync(process.execPath, ['-e', script], {
      cwd: join(bundles.folder, name),
      env: environment,
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe('function');
  });
});

test('every row of what is left out still finds its module in the SDK', () => {
  expect(bundles.idleRows.map(({ module }) => module)).toEqual([]);
});

test('made again, the bundles are the same, byte by byte', async () => {
  const before = handlers.map((name) => readFileSync(bundles.fileOf(name), 'utf8'));
  const again = await makeBundles();
  const after = handlers.map((name) => readFileSync(again.fileOf(name), 'utf8'));
  again.remove();
  expect(after.map((text, index) => text === before[index])).toEqual(handlers.map(() => true));
  await bundleHandlers(bundles.folder);
  expect(readdirSync(bundles.folder).sort()).toEqual([...handlers].sort());
});
