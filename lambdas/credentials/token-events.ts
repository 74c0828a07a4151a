// Tokens live in Secrets Manager, which has no stream: whoever rotates, retires or refuses one says so on the bus.

import { createHash } from 'node:crypto';
import { publish } from '../events/bus.ts';
import { type BusinessEvent, EVENT_FORMAT, type EventType } from '../events/event.ts';
import { partsOf } from '../tenants/tenant.ts';
import type { TokenKey } from './token.ts';
import type { RefusalCause } from './verify.ts';

/** Says that the tenant has a new token; false when the bus did not take it. Repeatable: the event keeps its id. */
export const tellTokenRotated = (key: TokenKey): Promise<boolean> => tell('tenant.token.rotated', key);

/** Says that a token is not accepted any more; false when the bus did not take it. Repeatable. */
export const tellTokenRetired = (key: TokenKey): Promise<boolean> => tell('tenant.token.retired', key);

/**
 * Says that somebody came with this key and was refused; false when the bus did not take it before `abortSignal` ended the
 * attempt. Within an hour since the epoch, `hour`, the event keeps its id.
 */
export const tellTokenRefused = (
  key: TokenKey,
  reason: RefusalCause,
  hour: number,
  abortSignal: AbortSignal,
): Promise<boolean> => tell('tenant.token.refused', key, { reason, hour, abortSignal });

interface RefusalDetails {
  readonly reason: RefusalCause;
  readonly hour: number;
  readonly abortSignal: AbortSignal;
}

const tell = async (type: EventType, key: TokenKey, refusal?: RefusalDetails): Promise<boolean> => {
  const now = Date.now();
  const { tenant, incarnation } = partsOf(key.tenant);
  const what = [key.tenant, key.keyId, type, ...(refusal ? [refusal.reason, refusal.hour] : [])].join('/');
  const id = createHash('sha256').update(what).digest('hex').slice(0, 32);
  const event: BusinessEvent = {
    version: EVENT_FORMAT,
    type,
    id,
    tenant,
    incarnation,
    time: new Date(now).toISOString(),
    orderingKey: `${tenant}/token`,
    sequence: String(now),
    resource: { type: 'Token', id: key.keyId },
    ...(refusal && { reason: refusal.reason }),
  };
  return (await publish([event], refusal?.abortSignal)).length === 0;
};
