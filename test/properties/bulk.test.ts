// Properties of every bulk request, with any graph of references.

import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { executionOrder, parseBulkRequest } from '../../lambdas/scim/bulk/bulk.ts';
import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { ScimClient } from '../support/scim-client.ts';

interface Plan {
  /** A group without a name is refused. */
  readonly isNamed: boolean;
  /** Indexes of other groups in the request; an index out of range references nothing. */
  readonly members: readonly number[];
}

const GROUPS = 7;
/** Half of the groups have the next one as a member, so that there are cycles; some are refused. */
const plansFor = (count: number): fc.Arbitrary<Plan[]> => {
  const plan = (index: number): fc.Arbitrary<Plan> =>
    fc
      .record({
        isNamed: fc.nat({ max: 9 }).map((value) => value > 0),
        hasNext: fc.boolean(),
        others: fc.array(fc.nat({ max: count - 1 }), { maxLength: 2 }),
        isLost: fc.nat({ max: 19 }).map((value) => value === 0),
      })
      .map(({ isNamed, hasNext, others, isLost }) => {
        const next = hasNext ? [(index + 1) % count] : [];
        const members = new Set([...next, ...others, ...(isLost ? [GROUPS] : [])]);
        members.delete(index);
        return { isNamed, members: [...members] };
      });
  return fc.tuple(...Array.from({ length: count }, (_, index) => plan(index)));
};
const plans = fc.integer({ min: 1, max: GROUPS }).chain(plansFor);

const creation = ({ isNamed, members }: Plan, index: number): JsonObject => ({
  method: 'POST',
  path: '/Groups',
  bulkId: `g${index}`,
  data: {
    ...(isNamed && { displayName: `Group ${index}` }),
    members: members.map((member) => ({ value: `bulkId:g${member}` })),
  },
});

/** The model: a group is created if it is valid, and so is all that it references, directly or indirectly. */
const comesIntoBeing = (all: readonly Plan[], index: number): boolean => {
  const needed = new Set([index]);
  for (const each of needed) for (const member of all[each]?.members ?? []) needed.add(member);
  return [...needed].every((each) => all[each]?.isNamed);
};

interface Entry {
  readonly bulkId: string;
  readonly status: string;
  readonly location?: string;
}

describe('creations that refer to each other', () => {
  test('come into being exactly with all that they refer to, and have exactly those members', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.boolean(), async (all, oneByOne) => {
        const client = new ScimClient();
        const { status, body } = await client.post('/Bulk', {
          Operations: all.map(creation),
          ...(oneByOne && { failOnErrors: 100 }),
        });
        expect(status).toBe(200);
        const entries = body.Operations as Entry[];
        const ids = entries.map(({ location = '' }) => location.split('/').at(-1));
        const expected = all.map((_, index) => comesIntoBeing(all, index));
        expect(entries.map((entry) => entry.status === '201')).toEqual(expected);
        for (const [index, { members }] of all.entries()) {
          if (!expected[index]) continue;
          const group = (await client.get(`/Groups/${ids[index]}`)).body;
          expect((group.members ?? []).map(({ value }) => value).sort()).toEqual(
            members.map((member) => ids[member]).sort(),
          );
        }
        const { totalResults } = (await client.get('/Groups?count=0')).body;
        expect(totalResults).toBe(expected.filter(Boolean).length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the order of operations', () => {
  const removal = (index: number): JsonObject => ({ method: 'DELETE', path: `/Groups/bulkId:g${index}` });
  const operations = fc
    .tuple(plans, fc.array(fc.nat({ max: GROUPS })))
    .chain(([all, removed]) => fc.shuffledSubarray([...all.map(creation), ...removed.map(removal)]));

  test('has each operation once, and moves nothing but creations forward', () => {
    fc.assert(
      fc.property(operations, (Operations) => {
        const given = parseBulkRequest({ Operations }).operations;
        const ordered = executionOrder(given);
        const others = (list: typeof given) => list.filter(({ method }) => method !== 'POST');
        expect(ordered).toHaveLength(given.length);
        expect(new Set(ordered)).toEqual(new Set(given));
        expect(others(ordered)).toEqual(others(given));
        for (const [at, { method, references }] of ordered.entries()) {
          if (method === 'POST') continue;
          const later = ordered.slice(at).map(({ bulkId = '' }) => bulkId);
          expect(later.filter((bulkId) => references.has(bulkId))).toEqual([]);
        }
      }),
    );
  });
});

test('any body is a bulk request or refused', () => {
  const text = fc.constantFrom(
    'POST',
    'patch',
    '/Users/bulkId:a',
    'bulkId:',
    '"bulkId:a"',
    '__proto__',
    '%',
    '',
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(text, fc.constantFrom(null, true, 0, 1, -1, 1.5)),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(
        fc.constantFrom(
          'method',
          'Path',
          'bulkId',
          'data',
          'version',
          'Operations',
          'value',
          '__proto__',
          'x',
        ),
        tie('json'),
      ),
    ),
  }));
  const operation = fc.record(
    {
      method: text,
      path: text,
      bulkId: fc.oneof(text, json),
      data: fc.dictionary(text, json),
      version: json,
    },
    { requiredKeys: ['method', 'path', 'data'] },
  );
  const body = fc.record(
    { schemas: json, Operations: fc.oneof(fc.array(fc.oneof(operation, json)), json), failOnErrors: json },
    { requiredKeys: ['Operations'] },
  );
  fc.assert(
    fc.property(body, (message) => {
      try {
        executionOrder(parseBulkRequest(message as JsonObject).operations);
      } catch (error) {
        expect(error).toBeInstanceOf(ScimError);
      }
    }),
    { numRuns: 1000 },
  );
});
