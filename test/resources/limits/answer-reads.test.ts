// What is read of a page that does not fit into an answer: no more of the resources behind the limit than was under way.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { groupsOfUser } from '../../../lambdas/resources/facets/groups.ts';
import { membersOfGroup } from '../../../lambdas/resources/facets/members.ts';
import { putMembers } from '../../../lambdas/resources/facets/members-table.ts';
import { AnswerBudget } from '../../../lambdas/resources/limits/answer-budget.ts';
import { Reader } from '../../../lambdas/resources/reader.ts';
import { consumedBy } from '../../support/consumed-capacity.ts';
import { ScimClient } from '../../support/scim-client.ts';

const client = new ScimClient();
const COUNT = 60;
const idAt = (kind: number, n: number): string =>
  `0000000${kind}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ids = (kind: number) => Array.from({ length: COUNT }, (_, n) => idAt(kind, n));

/** Two of the resources fit, and up to eight more are being read by then; each is one call, and one reads tombstones. */
const FEW_CALLS = 2 + 2 * 8 + 1;
const MAX_BYTES = 2_500;

beforeAll(async () => {
  await client.open();
  const four = [1, 2, 3, 4].map((n) => ({ id: idAt(9, n), type: 'User', life: 1 }) as const);
  for (const groupId of ids(1)) await putMembers(client.incarnation, groupId, four);
  for (const id of ids(2))
    for (const { id: groupId } of four)
      await putMembers(client.incarnation, groupId, [{ id, type: 'User', life: 1 }]);
});

describe('of a page that does not fit into an answer', () => {
  test.each([
    ['members of groups', membersOfGroup, 1],
    ['groups of users', groupsOfUser, 2],
  ])('the %s behind the limit are not read (S2.4)', async (_, { load }, kind) => {
    const answer = new AnswerBudget(ids(kind), MAX_BYTES);
    const reader = new Reader(client.incarnation);
    const { calls } = await consumedBy(() =>
      load({ reader, tenantUrl: client.tenantUrl, answer }, ids(kind)),
    );
    expect(answer.fitting).toBeLessThan(10);
    expect(calls).toBeLessThanOrEqual(FEW_CALLS);
  });
});
