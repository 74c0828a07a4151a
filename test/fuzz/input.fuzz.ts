// Structured mutations of valid requests through the real handlers: `npm run test:fuzz`. FUZZ_SEED repeats a run, FUZZ_CASES
// is its size, FUZZ_PLANT names a fault to plant (plants.ts), which must turn the run red.

import { writeSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { tell, tellCount } from '../scale/progress.ts';
import { readCorpus } from './corpus.ts';
import { fuzz, report, type Settings } from './fuzz.ts';
import { plantNamed } from './plants.ts';
import { casesFrom, firstFrom, seedFrom } from './run-settings.ts';
import { openTenant, type Wrap } from './world.ts';

const seed = seedFrom(process.env);
const cases = casesFrom(process.env);

/** How many requests ended how; checks are among them. */
const statuses = new Map<string, number>();

const counted: Wrap = (door) => async (request) => {
  const answer = await door(request);
  const key = `${request.method} ${answer.status}`;
  statuses.set(key, (statuses.get(key) ?? 0) + 1);
  return answer;
};

test(`${cases} cases of seed ${seed} have no fault (S2.9)`, async () => {
  tell(`seed ${seed}: FUZZ_SEED=${seed} FUZZ_CASES=${cases} npm run test:fuzz`);
  const plant = plantNamed(process.env.FUZZ_PLANT ?? 'none');
  const settings: Settings = {
    seed,
    cases,
    from: firstFrom(process.env),
    corpus: readCorpus(),
    open: () => openTenant((door) => counted(plant(door))),
    lanes: 4,
    deepEvery: 3,
    onFault: ({ name }, { number }) => tell(`case ${number}: ${name}`),
    onProgress: tellCount('played', cases, 1_000),
  };
  const findings = await fuzz(settings);
  tell(
    [...statuses]
      .sort()
      .map(([key, times]) => `${key}: ${times}`)
      .join(', '),
  );
  tell(`${findings.length} kinds of faults`);
  const reports: string[] = [];
  for (const finding of findings) {
    reports.push(await report(settings, finding));
    writeSync(2, `\n${reports.at(-1)}\n`);
  }
  expect(reports).toEqual([]);
});
