// Publishes the events of tokens. They live in Secrets Manager, which has no stream, so the code that rotates, retires or
// refuses one publishes the event itself.

import { createHash } from 'node:crypto';
import { publish } from '../events/bus.ts';
import { type BusinessEvent, EVENT_FORMAT, type EventType } from '../events/event.ts';
import { now, timestamp } from '../platform/clock.ts';
import { partsOf } from '../platform/tenant.ts';
import type { TokenKey } from './token.ts';
import type { RefusalCause } from './verify.ts';

/** Publishes `tenant.token.rotated`; false when the bus did not accept it. Idempotent: the event keeps its id. */
export const publishTokenRotated = (key: TokenKey): Promise<boolean> =>
  publishTokenEvent('tenant.token.rotated', key);

/** Publishes `tenant.token.retired`; false when the bus did not accept it. Idempotent: the event keeps its id. */
export const publishTokenRetired = (key: TokenKey): Promise<boolean> =>
  publishTokenEvent('tenant.token.retired', key);

/**
 * Publishes `tenant.token.refused`; false when the bus did not accept it, or `abortSignal` fired first. `hour` counts from
 * the epoch; within one the event keeps its id.
 */
export const publishTokenRefused = (
  key: TokenKey,
  reason: RefusalCause,
  hour: number,
  abortSignal: AbortSignal,
): Promise<boolean> => publishTokenEvent('tenant.token.refused', key, { reason, hour, abortSignal });

interface RefusalDetails {
  readonly reason: RefusalCause;
  /** Hours since the epoch. */
  readonly hour: number;
  readonly abortSignal: AbortSignal;
}

const publishTokenEvent = async (
  type: EventType,
  key: TokenKey,
  refusal?: RefusalDetails,
): Promise<boolean> => {
  const nowMs = now();
  const { tenant, incarnation } = partsOf(key.tenant);
  const what = [key.tenant, key.keyId, type, ...(refusal ? [refusal.reason, refusal.hour] : [])].join('/');
  const id = createHash('sha256').update(what).digest('hex').slice(0, 32);
  const event: BusinessEvent = {
    version: EVENT_FORMAT,
    type,
    id,
    tenant,
    incarnation,
    time: timestamp(nowMs),
    orderingKey: `${tenant}/token`,
    sequence: String(nowMs),
    resource: { type: 'Token', id: key.keyId },
    ...(refusal && { reason: refusal.reason }),
  };
  return (await publish([event], refusal?.abortSignal)).length === 0;
};
