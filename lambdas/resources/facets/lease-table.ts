// Serializes the requests that write the whole member list of a group: two concurrent replaces would leave the union of both
// lists. The lease is a separate item beside the group; requests that add or remove members by id do not need it.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bestEffort, reportLostWrite } from '../../platform/best-effort.ts';
import { now } from '../../platform/clock.ts';
import { type Incarnation, tenantOf } from '../../platform/tenant.ts';
import { unavailable } from '../../scim/errors/errors.ts';
import { leaseKey, unfollowed } from '../../table/keys.ts';
import { getItem } from '../../table/read.ts';
import { transact } from '../../table/transact.ts';

/** Longer than a request can take. If a writer crashes, the others wait this long. */
const LEASE_MS = 30_000;

/** A request that does not get the lease in this time is answered with 503. */
const MAX_WAIT_MS = 10_000;

/** A write takes less than this, so none is started this close to the end of the lease. */
const MARGIN_MS = 3_000;

/** The longest pause between two attempts. */
const MAX_PAUSE_MS = 400;

/** The right to write the whole member list of a group. */
export class Lease {
  readonly #endsAtMs: number;

  /** `endsAt` in milliseconds since the epoch. */
  constructor(endsAtMs: number) {
    this.#endsAtMs = endsAtMs;
  }

  /** Throws 503 if the lease may expire during the next write: another request could acquire it then. */
  assertHeld(): void {
    if (now() > this.#endsAtMs - MARGIN_MS) {
      throw unavailable(
        'listWriteOutOfTime',
      )`The list of members took too long to write. Repeat the request to complete it.`;
    }
  }
}

/** Runs `work` while holding the lease of the group; throws 503 if the lease cannot be acquired in time. */
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
    await bestEffort(() => release(tenant, groupId, owner)).catch((error: unknown) =>
      reportLostWrite('Lease', error, { tenant: tenantOf(tenant) }),
    );
  }
};

const acquire = async (tenant: Incarnation, groupId: string, owner: string): Promise<number> => {
  const givesUpAtMs = now() + MAX_WAIT_MS;
  for (let pauseMs = 20; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    const nowMs = now();
    const endsAt = nowMs + LEASE_MS;
    const failed = await transact([
      {
        put: {
          ...leaseKey(tenant, groupId),
          ...unfollowed,
          Owner: owner,
          EndsAt: endsAt,
          ExpiresAt: Math.ceil(endsAt / 1000) + 60,
        },
        // If the response to the first attempt was lost, the owner finds its own lease.
        ConditionExpression: 'attribute_not_exists(PK) OR EndsAt < :now OR #owner = :owner',
        ExpressionAttributeNames: { '#owner': 'Owner' },
        ExpressionAttributeValues: { ':now': nowMs, ':owner': owner },
      },
    ]);
    if (failed.size === 0) return endsAt;
    if (nowMs > givesUpAtMs) throw beingWritten(await secondsLeft(tenant, groupId));
    await sleep(Math.random() * pauseMs);
  }
};

/** How long the lease of another request lasts, unless that one releases it before; at least a second. */
const secondsLeft = async (tenant: Incarnation, groupId: string): Promise<number> => {
  const { EndsAt: endsAt } = (await getItem(leaseKey(tenant, groupId), ['EndsAt'])) ?? {};
  return Math.max(1, Math.ceil((Number(endsAt ?? 0) - now()) / 1000));
};

const beingWritten = (seconds: number) =>
  unavailable(
    'listBeingWritten',
    seconds,
  )`Another request is writing the whole list of members. Repeat this one.`;

/** May fail: the lease expires. */
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
