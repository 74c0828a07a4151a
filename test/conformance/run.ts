// npm run test:conformance: holds a local server against the suites that others wrote. See README.md beside this file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalServer, startLocalServer } from '../../bin/simulate/local-server.ts';
import { type FalseDemand, judge } from './false-demands.ts';
import { goSuite } from './go.ts';
import { run } from './process.ts';
import { pythonSuites } from './python.ts';
import { CannotInstall, type Suite, type Target } from './suite.ts';

const falseDemands: readonly FalseDemand[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'known-false-demands.json'), 'utf8'),
);

const suites: readonly Suite[] = [...pythonSuites, goSuite];

const root = join(import.meta.dirname, '..', '..');

interface Row {
  readonly suite: string;
  readonly version: string;
  readonly checks: number | string;
  readonly passed: number | string;
  readonly 'false demands': number | string;
  readonly failed: number | string;
}

const SKIPPED = { checks: 'skipped', passed: '', 'false demands': '', failed: '' };

/** The operator's own command adds them, before the service is asked anything: it remembers schemas for a minute. */
const addSchemas = async (names: readonly string[], { tenantUrl, runFolder }: LocalServer): Promise<void> => {
  const [, tenant = ''] = new URL(tenantUrl).pathname.split('/').slice(1);
  for (const name of names) {
    const file = join(import.meta.dirname, 'schemas', `${name}.json`);
    const command = ['schema', 'add', tenant, file];
    const args = [join(root, 'bin', 'scim.ts'), '--port', new URL(tenantUrl).port, ...command];
    const { code, stderr } = await run(process.execPath, args, { env: { SCIM_RUN_FOLDER: runFolder } });
    if (code !== 0) throw new Error(`The schema ${name} cannot be added: ${stderr}`);
  }
};

/** Each suite meets an empty directory of its own. */
const holdAgainst = async (suite: Suite): Promise<Row> => {
  const server = await startLocalServer(join(root, 'bin', 'local.ts'), 0);
  try {
    await addSchemas(suite.schemas ?? [], server);
    return await report(suite, server);
  } finally {
    await server.stop();
  }
};

const report = async (suite: Suite, target: Target): Promise<Row> => {
  const { name, version } = suite;
  const demands = falseDemands.filter((demand) => demand.suite === name);
  try {
    const checks = await suite.run(target);
    const { passed, excused, failed, outdated } = judge(checks, demands);
    for (const check of failed) console.log(`failed: ${name}: ${check.name}: ${check.failure}`);
    for (const { test } of outdated) console.log(`passes, though listed as a false demand: ${name}: ${test}`);
    if (checks.length === 0) console.log(`failed: ${name}: it checked nothing`);
    const row = { checks: checks.length, passed, 'false demands': excused };
    return { suite: name, version, ...row, failed: failed.length || Number(checks.length === 0) };
  } catch (error) {
    if (!(error instanceof CannotInstall)) throw error;
    console.log(`skipped: ${name} is not to be had here: ${error.message}`);
    return { suite: name, version, ...SKIPPED };
  }
};

const choose = (names: readonly string[]): readonly Suite[] => {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown === undefined) return suites.filter(({ name }) => names.length === 0 || names.includes(name));
  console.error(`There is no suite ${unknown}. The suites are ${suites.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
};

const print = (rows: readonly Row[]): void => {
  const titles = ['suite', 'version', 'checks', 'passed', 'false demands', 'failed'] as const;
  const cells = [[...titles], ...rows.map((row) => titles.map((title) => String(row[title])))];
  const widths = titles.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  for (const line of cells) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
};

const chosen = choose(process.argv.slice(2));
const rows: Row[] = [];
for (const suite of chosen) rows.push(await holdAgainst(suite));
console.log('');
print(rows);
if (rows.some(({ failed }) => typeof failed === 'number' && failed > 0)) process.exitCode = 1;
