// Bulk requests whose operations change very many members together: what can be written in time is done, the rest is refused.

import '../../support/own-table.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { runBulk } from '../../../lambdas/resources/bulk/run-bulk.ts';
import { parseBulkRequest } from '../../../lambdas/scim/bulk/bulk.ts';
import { ScimError } from '../../../lambdas/scim/errors/errors.ts';
import type { JsonObject } from '../../../lambdas/scim/json.ts';
import { openOwnTable } from '../../support/open-own-table.ts';
import { ScimClient } from '../../support/scim-client.ts';
import { seededId, seedMembers } from '../../support/seed-members.ts';

beforeAll(openOwnTable);

const LIMIT = 10_000;
const client = new ScimClient();

interface Done {
  readonly status: string;
  readonly response?: { readonly detail: string };
}

const bulk = async (...Operations: JsonObject[]): Promise<readonly Done[]> =>
  (await client.post('/Bulk', { Operations })).body.Operations as never;

const newGroup = async (displayName: string, members: number): Promise<string> => {
  const { id } = (await client.post('/Groups', { displayName })).body;
  await seedMembers(client.incarnation, id, members);
  return id;
};

const empty = (id: string): JsonObject => ({
  method: 'PATCH',
  path: `/Groups/${id}`,
  data: { Operations: [{ op: 'remove', path: 'members' }] },
});
const version = async (id: string) => (await client.get(`/Groups/${id}?attributes=meta`)).body.meta.version;

describe('the members that the operations of one bulk request change', () => {
  let large: string;
  let small: string;
  let few: string;
  beforeAll(async () => {
    await client.open();
    [large, small, few] = [
      await newGroup('l', 7_000),
      await newGroup('s', 3_001),
      await newGroup('f', 3_000),
    ];
  });

  test('count together: what exceeds the limit is refused before it writes, what fits is done (S2.4)', async () => {
    const before = await version(small);
    const done = await bulk(empty(large), empty(small), empty(few), {
      method: 'PATCH',
      path: `/Groups/${small}`,
      data: { Operations: [{ op: 'add', path: 'externalId', value: 'x' }] },
    });
    expect(done.map(({ status }) => status)).toEqual(['200', '413', '200', '200']);
    expect(done[1]?.response?.detail).toMatch(/at most 10000 .* 3001, after 7000 /);
    expect(before).toBe('W/"1"');
    expect(await version(small)).toBe('W/"2"');
    expect((await bulk(empty(small))).map(({ status }) => status)).toEqual(['200']);
  });

  test('of an operation that is refused do not count (S2.4)', async () => {
    const stale = { ...empty(await newGroup('stale', 6_000)), version: 'W/"7"' };
    const done = await bulk(stale, stale, empty(await newGroup('fresh', 6_000)));
    expect(done.map(({ status }) => status)).toEqual(['412', '412', '200']);
  });

  test('are not begun without the time that they take (S2.4)', async () => {
    const caller = {
      tenant: { id: client.incarnation, tenantUrl: client.tenantUrl },
      principal: { kind: 'token', tenant: client.incarnation, keyId: 'key' },
    } as const;
    const operation: JsonObject = {
      method: 'POST',
      path: '/Groups',
      bulkId: 'late',
      data: {
        displayName: 'late',
        members: Array.from({ length: LIMIT }, (_, n) => ({ value: seededId(n) })),
      },
    };
    const asThrown = (error: unknown) => {
      if (error instanceof ScimError) return error;
      throw error;
    };
    const run = (deadlineMs: number) =>
      runBulk(caller, parseBulkRequest({ Operations: [operation] }), asThrown, deadlineMs);
    expect((await run(Date.now() + 5_000)).body.Operations).toMatchObject([{ status: '503' }]);
    expect((await run(Date.now() + 15_000)).body.Operations).toMatchObject([{ status: '400' }]);
  });
});
