// The fuzzer finds what is planted, says how to repeat it, and makes it small: a fuzzer that finds nothing proves nothing.

import { describe, expect, test } from '@jest/globals';
import { readCorpus } from './corpus.ts';
import { caseOf, type Finding, fuzz, report, type Settings } from './fuzz.ts';
import { plantNamed, plants } from './plants.ts';
import { curlOf } from './request.ts';
import { openTenant } from './world.ts';

const settingsWith = (plant: string): Settings => ({
  seed: 21,
  cases: 300,
  corpus: readCorpus(),
  open: () => openTenant(plantNamed(plant)),
  lanes: 1,
  deepEvery: 1,
});

const named = (findings: readonly Finding[], name: string) =>
  findings.find(({ fault }) => fault.name === name);

describe('a planted fault is found (S2.9)', () => {
  test.each([
    ['failure', 'status 500'],
    ['shapeless', 'a refusal without the schema of errors'],
    ['halfWritten', 'a refusal has changed something'],
    ['notStored', 'stored: externalId is not what was answered'],
    ['unreadable', 'stored: cannot be read (400)'],
    ['restless', 'repeated: title is another'],
  ])(
    '%s',
    async (plant, name) => {
      const found = named(await fuzz({ ...settingsWith(plant), stopAt: name }), name);
      expect(found?.fault.name).toBe(name);
    },
    120_000,
  );

  test('and every one is tried here', () => {
    expect(Object.keys(plants)).toHaveLength(7);
  });
});

test('a finding is told by its seed, its case and a small request', async () => {
  const settings = settingsWith('failure');
  const found = named(await fuzz({ ...settings, stopAt: 'status 500' }), 'status 500') as Finding;
  const told = await report(settings, found);
  expect(told).toContain(`seed 21, case ${found.first.number}\n`);
  const [, , curl = ''] = told.split('\n');
  expect(curl).toContain('[[');
  expect(curl.length).toBeLessThan(150);
}, 120_000);

test('a seed says what each case is, and another says something else', () => {
  const told = (seed: number) =>
    [0, 1, 2, 3, 4].map((number) => curlOf(caseOf({ ...settingsWith('none'), seed }, number).request));
  expect(told(1)).toEqual(told(1));
  expect(told(1)).not.toEqual(told(2));
});

test('an unknown plant is an error, not a run without one', () => {
  expect(() => plantNamed('nothing')).toThrow('FUZZ_PLANT is one of none, failure');
});
