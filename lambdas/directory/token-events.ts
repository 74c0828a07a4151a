// Tokens live in Secrets Manager, which has no stream: whoever rotates or retires one says so on the bus.

import { createHash } from 'node:crypto';
import { publish } from '../events/bus.ts';
import { EVENT_FORMAT, type EventType } from '../events/event.ts';
import { partsOf } from '../tenants/tenant.ts';
import type { TokenKey } from '../tokens/token.ts';

/** Says that the tenant has a new token; false when the bus did not take it. Repeatable: the event keeps its id. */
export const tellTokenRotated = (key: TokenKey): Promise<boolean> => tell('tenant.token.rotated', key);

/** Says that a token is not accepted any more; false when the bus did not take it. Repeatable. */
export const tellTokenRetired = (key: TokenKey): Promise<boolean> => tell('tenant.token.retired', key);

const tell = async (type: EventType, key: TokenKey): Promise<boolean> => {
  const now = Date.now();
  const { tenant, incarnation } = partsOf(key.tenant);
  const id = createHash('sha256').update(`${key.tenant}/${key.keyId}/${type}`).digest('hex').slice(0, 32);
  const refused = await publish([
    {
      version: EVENT_FORMAT,
      type,
      id,
      tenant,
      incarnation,
      time: new Date(now).toISOString(),
      orderingKey: `${tenant}/token`,
      sequence: String(now),
      resource: { type: 'Token', id: key.keyId },
    },
  ]);
  return refused.length === 0;
};
