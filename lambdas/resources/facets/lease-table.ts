// Requests that write the whole list of a group's members take turns: two replaces at the same time would leave the union of
// both lists. The lease is an item of its own beside the group; adding and removing by id neither takes it nor waits for it.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTime, noteLoss } from '../../platform/dispensable.ts';
import { unavailable } from '../../scim/errors/errors.ts';
import { leaseKey, silent } from '../../table/keys.ts';
import { transact } from '../../table/transact.ts';
import { type Incarnation, tenantOf } from '../../tenants/tenant.ts';

/** Longer than a request may take. When a writer dies, the others wait this long. */
const HELD_MS = 30_000;

/** A request whose turn does not come within this time is answered with 503. */
const PATIENCE_MS = 10_000;

/** A write takes less than this, so none begins this close to the end of the lease. */
const MARGIN_MS = 3_000;

const LONGEST_PAUSE_MS = 400;

/** The right to write the whole list of a group's members. */
export class Lease {
  readonly #endsAt: number;

  constructor(endsAt: number) {
    this.#endsAt = endsAt;
  }

  /** Throws 503 when the lease may end before the next write does: somebody else may then have it. */
  assertHeld(): void {
    if (Date.now() > this.#endsAt - MARGIN_MS) {
      throw unavailable(
        'listWriteOutOfTime',
      )`The list of members took too long to write. Repeat the request to complete it.`;
    }
  }
}

/** Does `work` while nobody else writes the whole list of the group; throws 503 when others do for too long. */
export const withLease = async <Result>(
  tenant: Incarnation,
  groupId: string,
  work: (lease: Lease) => Promise<Result>,
): Promise<Result> => {
  const owner = randomUUID();
  const endsAt = await acquire(tenant, groupId, owner);
  try {
    return await work(new Lease(endsAt));
  } finally {
    await inTime(() => release(tenant, groupId, owner)).catch((error: unknown) =>
      noteLoss('Lease', error, { tenant: tenantOf(tenant) }),
    );
  }
};

const acquire = async (tenant: Incarnation, groupId: string, owner: string): Promise<number> => {
  const givesUpAt = Date.now() + PATIENCE_MS;
  for (let pause = 20; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const now = Date.now();
    const endsAt = now + HELD_MS;
    const failed = await transact([
      {
        put: {
          ...leaseKey(tenant, groupId),
          ...silent,
          Owner: owner,
          EndsAt: endsAt,
          ExpiresAt: Math.ceil(endsAt / 1000) + 60,
        },
        // The owner may find its own lease, when the answer to its first attempt was lost.
        ConditionExpression: 'attribute_not_exists(PK) OR EndsAt < :now OR #owner = :owner',
        ExpressionAttributeNames: { '#owner': 'Owner' },
        ExpressionAttributeValues: { ':now': now, ':owner': owner },
      },
    ]);
    if (failed.size === 0) return endsAt;
    if (now > givesUpAt) {
      throw unavailable(
        'listBeingWritten',
      )`Another request is writing the whole list of members. Repeat this one.`;
    }
    await sleep(Math.random() * pause);
  }
};

/** May fail: the lease ends by itself. */
const release = async (tenant: Incarnation, groupId: string, owner: string): Promise<void> => {
  await transact([
    {
      remove: leaseKey(tenant, groupId),
      ConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'Owner' },
      ExpressionAttributeValues: { ':owner': owner },
    },
  ]);
};
