// A share of the cases by HTTP through the local gateway, where paths, queries and headers are read as a server reads them.

import { writeSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { killLocalProcesses, startLocalProcess } from '../bin/local/local-process.ts';
import { tell } from '../scale/progress.ts';
import { readCorpus } from './corpus.ts';
import { httpDoor } from './door.ts';
import { fuzz, report, type Settings } from './fuzz.ts';
import { casesFrom, seedFrom } from './run-settings.ts';
import { openWorld } from './world.ts';

afterAll(killLocalProcesses);

const seed = seedFrom(process.env);
const cases = Math.ceil(casesFrom(process.env) / 20);

test(`${cases} cases of seed ${seed} have no fault by HTTP (S2.9)`, async () => {
  const local = await startLocalProcess();
  tell(`by HTTP, seed ${seed}`);
  const settings: Settings = {
    seed,
    cases,
    corpus: readCorpus(),
    open: () => openWorld(httpDoor(local.tenantUrl, local.token), local.tenantUrl),
    lanes: 2,
    deepEvery: 4,
  };
  const reports: string[] = [];
  for (const finding of await fuzz(settings)) {
    reports.push(await report(settings, finding));
    writeSync(2, `\nby HTTP: ${reports.at(-1)}\n`);
  }
  await local.end('SIGTERM');
  expect(reports).toEqual([]);
});
