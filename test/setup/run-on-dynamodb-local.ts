// npm run test:dynamodb-local: the tests on Amazon's DynamoDB Local. On a busy machine that emulator stands still for tens of
// seconds and then answers InternalServerError, which a client of DynamoDB has to report. So suites that failed are run once
// more, one by one; a fault of ours fails there too. `npm test` repeats nothing.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootPath } from '../../bin/shared/root-path.ts';

/**
 * Budgets are those of dynoxide, which counts units as AWS does. test/reports and the history for every write that is killed
 * take ten minutes here, and nothing in them depends on the emulator.
 */
const LEFT_OUT = ['budgets', 'test/reports', 'test/changes/faults'];

interface Results {
  readonly testResults: readonly { readonly name: string; readonly status: 'passed' | 'failed' }[];
}

const jest = (...args: readonly string[]): number => {
  const env = { ...process.env, DYNAMODB_EMULATOR: 'dynamodb-local' };
  const command = [rootPath('node_modules/jest/bin/jest.js'), ...args];
  return spawnSync(process.execPath, command, { cwd: rootPath('.'), env, stdio: 'inherit' }).status ?? 1;
};

const folder = mkdtempSync(join(tmpdir(), 'dynamodb-local-'));
const outputFile = join(folder, 'results.json');

/** The files whose tests failed; none when Jest did not come as far as the tests. */
const failedFiles = (): string[] => {
  if (!existsSync(outputFile)) return [];
  const { testResults }: Results = JSON.parse(readFileSync(outputFile, 'utf8'));
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
};

try {
  const status = jest(
    ...process.argv.slice(2),
    ...LEFT_OUT.map((path) => `--testPathIgnorePatterns=${path}`),
    '--json',
    `--outputFile=${outputFile}`,
  );
  const failed = status === 0 ? [] : failedFiles();
  if (failed.length > 0) {
    console.error(`\n${failed.length} suites failed and run once more, one by one.`);
    process.exitCode = jest('--runInBand', '--runTestsByPath', ...failed);
  } else process.exitCode = status;
} finally {
  rmSync(folder, { recursive: true });
}
