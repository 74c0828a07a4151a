// A function is as fast to start as its bundle is small. What lib/bundles leaves out must never be needed to load it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleHandlers } from '../../../lib/bundles/build.ts';
import { makeBundles } from '../../support/bundles.ts';

/** What they have, and 3 % to grow. */
const RESOURCES_BYTES = 250_000;
const WEBHOOK_BYTES = 164_000;
const budgets: Readonly<Record<string, number>> = {
  users: RESOURCES_BYTES,
  groups: RESOURCES_BYTES,
  // It has the routes of all others too, for paths that the gateway does not know.
  resources: 268_000,
  bulk: 262_000,
  discovery: 175_000,
  authorizer: 128_000,
  'token-rotation': 130_000,
  'token-retirement': 151_000,
  'tenant-watch': 151_000,
  'webhook-delivery': WEBHOOK_BYTES,
  'webhook-retries': WEBHOOK_BYTES,
  // With S3: 75 KB of it.
  'grave-sweep': 241_000,
  changes: 269_000,
};

const handlers = readdirSync(join(import.meta.dirname, '../../../lambdas/handlers')).map((file) =>
  basename(file, '.ts'),
);
const environment = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'directory',
  SECRET_PREFIX: 'scim',
  EVENT_BUS_NAME: 'bus',
  FAILED_CHANGES_BUCKET: 'failed-changes',
  METRIC_NAMESPACE: 'Scim/Scim',
};

let bundles: Awaited<ReturnType<typeof makeBundles>>;
beforeAll(async () => {
  bundles = await makeBundles();
});
afterAll(() => bundles.remove());

describe.each(handlers)('the bundle of %s', (name) => {
  test('is within its budget', () => {
    expect(statSync(bundles.fileOf(name)).size).toBeLessThanOrEqual(budgets[name] ?? 0);
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

test('every row of what is left out finds its module in the SDK', () => {
  expect(bundles.idleRows.map(({ module }) => module)).toEqual([]);
});

test('elsewhere they are the same, byte by byte, so that a deployment without a change changes nothing', async () => {
  const elsewhere = await makeBundles();
  const isSame = handlers.map(
    (name) => readFileSync(elsewhere.fileOf(name), 'utf8') === readFileSync(bundles.fileOf(name), 'utf8'),
  );
  elsewhere.remove();
  expect(isSame).toEqual(handlers.map(() => true));
});

test('made again, they are all that is there: what had a handler once is gone', async () => {
  mkdirSync(join(bundles.folder, 'former'));
  await bundleHandlers(bundles.folder);
  expect(readdirSync(bundles.folder).sort()).toEqual([...handlers].sort());
  expect(handlers.flatMap((name) => readdirSync(join(bundles.folder, name)))).toEqual(
    handlers.map(() => 'index.mjs'),
  );
});
