// Long lists that are read while users are created and deleted.

import '../support/own-table.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ScimClient } from '../support/scim-client.ts';
import { startOwnEmulator } from './emulator.ts';
import { createSilentTable } from './late-stream.ts';
import { person } from './person.ts';
import { tellCount, tellEveryTest } from './progress.ts';
import { seedTenant } from './seed.ts';
import { WALKED } from './sizes.ts';
import { byCursor, byStartIndex } from './walk.ts';

const client = new ScimClient(freshTenantId());

/** One user is deleted per page of a walk: as many as there are pages, and a few more. */
const GOERS = Math.ceil(WALKED / 90);

let ids: string[];
let stop: () => Promise<void>;

beforeAll(async () => {
  stop = await startOwnEmulator();
  await createSilentTable();
  ids = await seedTenant(client, WALKED + 2 * GOERS);
});
afterAll(() => stop());

tellEveryTest();

/** Creates one user and deletes one, concurrently. */
const comeAndGo = async (comer: string, goer: string | undefined): Promise<void> => {
  const answers = await Promise.all([client.post('/Users', person(comer)), client.delete(`/Users/${goer}`)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 204]);
};

describe.each([
  ['startIndex', byStartIndex, 0],
  ['cursor', byCursor, GOERS],
])(`a walk by %s over ${WALKED.toLocaleString('en')} users`, (name, walk, firstGoer) => {
  test('meets everybody who was there throughout exactly once, while with every page one comes and one goes', async () => {
    const goers = ids.slice(firstGoer, firstGoer + GOERS);
    const times = new Map<string, number>();
    const count = tellCount('met', ids.length);
    const pages = walk(client);
    let page = 0;
    let goneBehind = 0;
    for (;;) {
      const goer = goers[page];
      const [step] = await Promise.all([pages.next(), comeAndGo(`${name}-${page}`, goer)]);
      if (step.done) break;
      page++;
      if (times.has(goer ?? '')) goneBehind++;
      for (const { id } of step.value.Resources) times.set(id, (times.get(id) ?? 0) + 1);
      count(step.value.Resources.length);
    }
    // Each of these would have shifted a user from the next page to the previous one, if pages were counted by position.
    expect(goneBehind).toBeGreaterThan(page / 5);
    expect([...times].filter(([, met]) => met > 1)).toEqual([]);
    expect(ids.slice(2 * GOERS).filter((id) => !times.has(id))).toEqual([]);
  });
});
