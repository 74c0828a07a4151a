// Which tokens a tenant has, without reading their values.

import type { Incarnation } from '../platform/tenant.ts';
import { graceEnd } from './grace.ts';
import { isRevocation } from './revocation-key.ts';
import { type KeyAge, readKeyAges, walkStages } from './token-secret.ts';

/** The tokens of a tenant that are accepted. */
export interface TokenInventory {
  /** Undefined when the tokens were revoked. */
  readonly current: KeyAge | undefined;
  /** Undefined unless the tokens are revoked. */
  readonly revokedAt: Date | undefined;
  /** The previous token, if it is still accepted, and from when on the daily retirement ends it. */
  readonly previous: (KeyAge & { readonly endsAt: Date }) | undefined;
}

/** The accepted tokens of the tenant; undefined when it has no secret. One call to Secrets Manager. */
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

/** All tenants with a previous token; one call to Secrets Manager per 100 secrets. */
export async function* walkTenantsWithPrevious(): AsyncGenerator<Incarnation> {
  for await (const { tenant, stages } of walkStages()) if (stages.previous !== undefined) yield tenant;
}
