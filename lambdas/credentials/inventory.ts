// Which tokens there are, without reading one.

import { ListSecretsCommand, ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import type { Incarnation } from '../tenants/tenant.ts';
import { graceEnd } from './grace.ts';
import { isRevocation } from './revocation-key.ts';
import { secretName, secrets, secretsFolder, tenantOfSecret, unlessAbsent } from './secrets-manager.ts';
import { stagesFrom } from './token-secret.ts';

export interface KeyAge {
  readonly keyId: string;
  readonly madeAt: Date;
}

export interface TokenInventory {
  /** Undefined when the tokens were revoked. */
  readonly current: KeyAge | undefined;
  readonly revokedAt: Date | undefined;
  /** The token before, if it is still accepted, and when the daily retirement ends it. */
  readonly previous: (KeyAge & { readonly endsAt: Date }) | undefined;
}

/** The accepted tokens of the tenant; undefined when it has no secret. One call. */
export const readInventory = async (tenant: Incarnation): Promise<TokenInventory | undefined> => {
  const request = new ListSecretVersionIdsCommand({ SecretId: secretName(tenant), MaxResults: 100 });
  const found = await unlessAbsent(secrets.send(request));
  if (!found) return undefined;
  const carrying = (stage: string): KeyAge | undefined => {
    const version = found.Versions?.find(({ VersionStages }) => VersionStages?.includes(stage));
    return version?.VersionId === undefined
      ? undefined
      : { keyId: version.VersionId, madeAt: version.CreatedDate ?? new Date(0) };
  };
  const [current, previous] = [carrying('AWSCURRENT'), carrying('AWSPREVIOUS')];
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
  let NextToken: string | undefined;
  do {
    const page = await secrets.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [secretsFolder] }],
        MaxResults: 100,
        NextToken,
      }),
    );
    for (const { Name = '', SecretVersionsToStages } of page.SecretList ?? []) {
      const tenant = tenantOfSecret(Name);
      if (tenant && stagesFrom(SecretVersionsToStages).previous !== undefined) yield tenant;
    }
    NextToken = page.NextToken;
  } while (NextToken);
}
