// Which tokens there are, without reading one.

import type { Incarnation } from '../tenants/tenant.ts';
import { graceEnd } from './grace.ts';
import { isRevocation } from './revocation-key.ts';
import { type KeyAge, readKeyAges, walkStages } from './token-secret.ts';

export interface TokenInventory {
  /** Undefined when the tokens were revoked. */
  readonly current: KeyAge | undefined;
  readonly revokedAt: Date | undefined;
  /** The token before, if it is still accepted, and when the daily retirement ends it. */
  readonly previous: (KeyAge & { readonly endsAt: Date }) | undefined;
}

/** The accepted tokens of the tenant; undefined when it has no secret. One call. */
export const readInventory = async (tenant: Incarnation): Promise<TokenInventory | undefined> => {
  const { current, previous } = (await readKeyAges(tenant)) ?? {};
  if (!current) return undefined;
  const isRevoked = isRevocation(current.keyId);
  return {
    current: isRevoked ? undefined : current,
    revokedAt: isRevoked ? current.madeAt : undefined,
    previous:
      previous && !isRevocation(previous.keyId)
        ? { ...previous, endsAt: graceEnd(current.madeAt) }
        : undefined,
  };
};

/** The tenants that have a previous token, of all that have a secret; a page of 100 secrets a call. */
export async function* walkTenantsWithPrevious(): AsyncGenerator<Incarnation> {
  for await (const { tenant, stages } of walkStages()) if (stages.previous !== undefined) yield tenant;
}
