// `npm run test:faults [-- --short] [--only TEXT] [--table FILE]`: Jest takes no options of ours, so they go by environment.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { short: { type: 'boolean' }, only: { type: 'string' }, table: { type: 'string' } },
});

const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--testMatch=<rootDir>/test/faults/*.faults.ts', '--runInBand'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(values.short && { FAULTS_FORM: 'short' }),
      ...(values.only !== undefined && { FAULTS_ONLY: values.only }),
      ...(values.table !== undefined && { FAULTS_TABLE: values.table }),
    },
  },
);
process.exitCode = status ?? 1;
