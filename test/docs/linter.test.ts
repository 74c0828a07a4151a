// The linter refuses what the rooms forbid: forbidden imports are planted in a folder of their own, and it must find each.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { root } from './markdown.ts';

const folder = mkdtempSync(join(tmpdir(), 'scim-linter-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Which of the imports, each in a file of that path, the linter refuses. */
const refusedOf = (imports: readonly (readonly [file: string, specifier: string])[]) => {
  copyFileSync(join(root, 'biome.rooms.json'), join(folder, 'biome.rooms.json'));
  writeFileSync(join(folder, 'biome.json'), '{ "extends": ["./biome.rooms.json"] }');
  const paths = imports.map(([file], index) => `${dirname(file)}/n${index}-${file.split('/').at(-1)}`);
  for (const [index, path] of paths.entries()) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `export * from '${imports[index]?.[1]}';\n`);
  }
  let output = '';
  try {
    const args = ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--colors=off', '.'];
    output = execFileSync(join(root, 'node_modules/.bin/biome'), args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    output = stdout + stderr;
  }
  for (const path of paths) rmSync(join(folder, path));
  return imports.filter((_, index) => output.includes(`${paths[index]}:1`));
};

const forbidden = [
  ['lambdas/scim/x.ts', 'valibot'],
  ['lambdas/scim/x.ts', 'node:fs'],
  ['lambdas/scim/x.ts', '@smithy/types'],
  ['lambdas/scim/filter/x.ts', '../../platform/log.ts'],
  ['lambdas/scim/x-table.ts', '@aws-sdk/client-dynamodb'],
  ['lambdas/platform/x-table.ts', '@aws-sdk/client-dynamodb'],
  ['lambdas/events/x-table.ts', '@aws-sdk/lib-dynamodb'],
  ['lambdas/dialect/x.ts', '../resources/reader.ts'],
  ['lambdas/tenants/x-table.ts', '../resources/reader.ts'],
  ['lambdas/tenants/x.ts', '../operations/erase.ts'],
  ['lambdas/table/x.ts', '../tenants/settings.ts'],
  ['lambdas/table/x.ts', '@aws-sdk/client-sqs'],
  ['lambdas/resources/x.ts', '@aws-sdk/lib-dynamodb'],
  ['lambdas/resources/facets/x-table.ts', '@aws-sdk/client-s3'],
  ['lambdas/resources/facets/x-table.ts', '../../changes/publish.ts'],
  ['lambdas/credentials/x.ts', '@aws-sdk/client-secrets-manager'],
  ['lambdas/credentials/x-secret.ts', '@aws-sdk/client-lambda'],
  ['lambdas/credentials/x.ts', '../table/keys.ts'],
  ['lambdas/events/x.ts', '@aws-sdk/client-eventbridge'],
  ['lambdas/changes/x.ts', '@aws-sdk/client-s3'],
  ['lambdas/changes/x.ts', '../http/gateway.ts'],
  ['lambdas/handlers/x.ts', '../table/keys.ts'],
  ['lambdas/http/x.ts', 'aws-cdk-lib'],
  ['lambdas/log/x.ts', '../../lib/index.ts'],
  ['lambdas/webhooks/x.ts', '../../test/support/faults.ts'],
  ['lib/settings/x.ts', '../../lambdas/table/keys.ts'],
  ['lib/bundles/x.ts', '../../lambdas/events/event.ts'],
  ['lib/bundles/sdk/x.ts', '../../settings/config.ts'],
  ['lib/foundation/x.ts', '../../lambdas/operations/erase.ts'],
  ['lib/api/x.ts', '../observability/alarms.ts'],
  ['bin/simulate/x.ts', '../../lambdas/table/client.ts'],
  ['bin/local/x.ts', '../scim/commands.ts'],
  ['bin/scim/tenant/x.ts', '../../local/run.ts'],
  ['bin/shared/x.ts', '../scim/commands.ts'],
] as const;

const allowed = [
  ['lambdas/scim/filter/x.ts', '../json.ts'],
  ['lambdas/table/x.ts', '../platform/tenant.ts'],
  ['lambdas/table/x.ts', '@aws-sdk/client-dynamodb'],
  ['lambdas/log/x-table.ts', '@aws-sdk/lib-dynamodb'],
  ['lambdas/credentials/x-secret.ts', '@aws-sdk/client-secrets-manager'],
  ['lambdas/handlers/x.ts', '../http/scim-handler.ts'],
  ['lambdas/resources/search/x.ts', '../../scim/filter/match.ts'],
  ['lib/foundation/x.ts', '../../lambdas/table/keys.ts'],
] as const;

test('every forbidden import is refused', () => {
  expect(refusedOf(forbidden)).toEqual(forbidden);
});

test('imports from below are not', () => {
  expect(refusedOf(allowed)).toEqual([]);
});
