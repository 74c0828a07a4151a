// Long lists that are read while others come and go.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ScimClient } from '../support/scim-client.ts';
import { createSilentTable } from './late-stream.ts';
import { person, seedTenant } from './seed.ts';
import { LARGE } from './sizes.ts';
import { byCursor, byStartIndex } from './walk.ts';

const client = new ScimClient(freshTenantId());

/** So many may leave during each walk. */
const GOERS = 2_000;

let ids: string[];

beforeAll(async () => {
  await createSilentTable();
  ids = await seedTenant(client.tenant, LARGE + 2 * GOERS);
});

/** Creates two users for each that it deletes, until told to stop; answers with how many it deleted. */
const churn = async (name: string, goers: readonly string[], stopped: () => boolean): Promise<number> => {
  let round = 0;
  for (; !stopped() && round < goers.length; round++) {
    const answers = await Promise.all([
      client.post('/Users', person(`${name}-${round}-a`)),
      client.post('/Users', person(`${name}-${round}-b`)),
      client.delete(`/Users/${goers[round]}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 204]);
  }
  return round;
};

describe.each([
  ['startIndex', byStartIndex, 0],
  ['cursor', byCursor, GOERS],
])(`a walk by %s over ${LARGE} users`, (name, walk, firstGoer) => {
  test('meets everybody who was there throughout exactly once, while others come and go', async () => {
    const goers = ids.slice(firstGoer, firstGoer + GOERS);
    const times = new Map<string, number>();
    let ended = false;
    const others = churn(name, goers, () => ended);
    try {
      for await (const { Resources } of walk(client)) {
        for (const { id } of Resources) times.set(id, (times.get(id) ?? 0) + 1);
      }
    } finally {
      ended = true;
    }
    expect(await others).toBeGreaterThan(20);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    expect(ids.slice(2 * GOERS).filter((id) => !times.has(id))).toEqual([]);
  });
});
