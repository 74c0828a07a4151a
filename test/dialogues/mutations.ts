// npm run test:mutations proves that every dialogue can fail. Each mutation breaks one rule in a copy of the tree, and the
// dialogues run there: some must fail, and over all mutations every dialogue must have failed once.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../conformance/process.ts';

interface Mutation {
  /** The rule that the mutation breaks, in words. */
  readonly breaks: string;
  readonly file: string;
  /** The code to replace; must occur exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const root = join(import.meta.dirname, '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'mutations-'));
const COPIED = [
  'bin',
  'lambdas',
  'lib',
  'test',
  'package.json',
  'jest.config.js',
  'tsconfig.json',
  'cdk.json',
];

/** The result of each dialogue by name; empty if the tests did not run. */
const replayDialogues = async (): Promise<ReadonlyMap<string, string>> => {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const args = [jest, 'test/dialogues/dialogues.test.ts', '--json', `--outputFile=${report}`, '--silent'];
  await run(process.execPath, args, { cwd: copy, minutes: 3 });
  const { testResults }: JestReport = JSON.parse(readFileSync(report, 'utf8'));
  return new Map(
    testResults.flatMap((file) => file.assertionResults.map(({ fullName, status }) => [fullName, status])),
  );
};

const namesOf = (outcomes: ReadonlyMap<string, string>, status: string) =>
  [...outcomes].filter(([, outcome]) => outcome === status).map(([name]) => name);

/** The dialogues that failed; undefined if the code to replace no longer exists. */
const tryMutation = async ({ file, from, to }: Mutation): Promise<readonly string[] | undefined> => {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(from).length !== 2) return undefined;
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  try {
    return namesOf(await replayDialogues(), 'failed');
  } finally {
    writeFileSync(path, original);
  }
};

const all: readonly Mutation[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'mutations.json'), 'utf8'),
);
/** Arguments select mutations by words in `breaks`; then dialogues that never failed are not reported. */
const words = process.argv.slice(2).join(' ');
const mutations = all.filter(({ breaks }) => breaks.includes(words));

try {
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const unbroken = await replayDialogues();
  const red = new Set(namesOf(unbroken, 'failed'));
  if (red.size > 0) throw new Error(`Without any mutation these fail already: ${[...red].join('; ')}`);
  let unnoticed = 0;
  for (const mutation of mutations) {
    const failed = await tryMutation(mutation);
    for (const name of failed ?? []) red.add(name);
    if (!failed?.length) unnoticed += 1;
    const outcome = failed ? `${failed.length} red` : 'stale';
    console.log(`${outcome.padStart(8)}  ${mutation.breaks}`);
  }
  const never = words ? [] : [...unbroken.keys()].filter((name) => !red.has(name));
  for (const name of never) console.log(`never red: ${name}`);
  console.log(
    `\n${mutations.length} mutations, ${unnoticed} of them stale or unnoticed; ${unbroken.size} dialogues, ${never.length} of them never red.`,
  );
  if (unnoticed > 0 || never.length > 0) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
