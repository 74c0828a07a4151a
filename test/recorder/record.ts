// npm run record: runs the simulator and every command against its own local run, and writes what was answered, published
// and printed, or compares it with the recording in this folder.
//
//   npm run record                       prints the differences to the committed recording, and exits with 1 if there are any
//   npm run record -- --against FILE     the same with another recording
//   npm run record -- --out FILE         writes one; --out test/recorder/recording.jsonl accepts an intended change

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { rootPath } from '../../bin/shared/root-path.ts';
import { describeCommands } from './commands.ts';
import { differences } from './difference.ts';
import { type Entry, helpEntry } from './entries.ts';
import { PROBE_TENANT, startRecordedRun } from './local-run.ts';
import { createNormaliser } from './normalise.ts';
import { startReceiver } from './receiver.ts';
import { scenarios } from './scenarios.ts';
import { openSession } from './session.ts';

const COMMITTED = rootPath('test/recorder/recording.jsonl');
const TENANTS = ['acme', 'globex', 'initech', 'nobody', PROBE_TENANT];
const ENDS_WITHIN_MS = 8 * 60_000;
const SHOWN = 100;

const record = async (): Promise<Entry[]> => {
  await using started = new AsyncDisposableStack();
  const run = await startRecordedRun();
  started.defer(run.stop);
  const receiver = await startReceiver();
  started.defer(receiver.stop);
  const session = await openSession(run, receiver, createNormaliser(TENANTS));
  started.defer(session.stop);
  const entries: Entry[] = [];
  for (const play of scenarios) entries.push(...(await play(session)));
  return [...(await describeCommands()).map(helpEntry), ...entries];
};

const write = (entries: readonly Entry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

const read = (file: string): Entry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const main = async (): Promise<number> => {
  const options = { out: { type: 'string' }, against: { type: 'string' } } as const;
  const { out, against = out === undefined ? COMMITTED : undefined } = parseArgs({ options }).values;
  const before = against === undefined ? undefined : read(against);
  const after = await record();
  if (out !== undefined) writeFileSync(out, write(after));
  if (!before) return 0;
  const found = differences(before, after);
  for (const difference of found.slice(0, SHOWN)) console.log(difference);
  if (found.length > SHOWN) console.log(`… ${found.length - SHOWN} more`);
  console.log(
    found.length === 0 ? `No difference in ${after.length} lines.` : `Differences: ${found.length}.`,
  );
  return found.length === 0 ? 0 : 1;
};

const impatient = setTimeout(() => {
  console.error('The recording did not end in time.');
  process.exit(3);
}, ENDS_WITHIN_MS);
process.exitCode = await main();
clearTimeout(impatient);
