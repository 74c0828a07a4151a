// Reads a tenant's secret: one secret per tenant, one version per token. A version's stages say whether the token is
// accepted: AWSCURRENT and AWSPREVIOUS are, AWSPENDING is not yet, and one without a stage is no longer.

import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Incarnation, tenantOf } from '../platform/tenant.ts';
import { TokenError } from './errors.ts';
import { isRevocation } from './revocation-key.ts';
import { secretName, secrets, secretsFolder, tenantOfSecret, unlessAbsent } from './secrets-manager.ts';
import type { TokenKey } from './token.ts';

/** A token, as a version of the secret. */
export interface TokenVersion extends TokenKey {
  /** The token itself. */
  readonly token: string;
  readonly stages: readonly string[];
  readonly createdAt: Date;
}

/** The key id at each stage; `previous` is never a revocation. */
export interface TokenStages {
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly pending: string | undefined;
}

const readVersion = async (
  tenant: Incarnation,
  which: Omit<GetSecretValueCommandInput, 'SecretId'>,
): Promise<TokenVersion | undefined> => {
  const request = new GetSecretValueCommand({ SecretId: secretName(tenant), ...which });
  const found = await unlessAbsent(secrets.send(request));
  if (found?.SecretString === undefined || found.VersionId === undefined) return undefined;
  return {
    tenant,
    keyId: found.VersionId,
    token: found.SecretString,
    stages: found.VersionStages ?? [],
    createdAt: found.CreatedDate ?? new Date(0),
  };
};

/** The token with this key id, whatever its stages; undefined when the tenant or the key id is unknown. */
export const readToken = ({ tenant, keyId }: TokenKey): Promise<TokenVersion | undefined> =>
  readVersion(tenant, { VersionId: keyId });

/** The current token, or the revocation in its place; undefined when the tenant has no secret. */
export const readCurrentToken = (tenant: Incarnation): Promise<TokenVersion | undefined> =>
  readVersion(tenant, { VersionStage: 'AWSCURRENT' });

/** The key id at each stage; throws a `TokenError` (`noToken`) when the tenant has no secret. */
export const readStages = async (tenant: Incarnation): Promise<TokenStages> => {
  const request = new DescribeSecretCommand({ SecretId: secretName(tenant) });
  const found = await unlessAbsent(secrets.send(request));
  if (!found || found.DeletedDate) throw noToken(tenant);
  return stagesFrom(found.VersionIdsToStages);
};

/** The stages with which a token is accepted. */
const ACCEPTED_STAGES = ['AWSCURRENT', 'AWSPREVIOUS'];

/** Whether a version of a secret is an accepted token. */
export const isAccepted = (version: Pick<TokenVersion, 'stages'> | undefined): boolean =>
  version?.stages.some((stage) => ACCEPTED_STAGES.includes(stage)) ?? false;

/** From the form in which Secrets Manager lists them, stages by version. */
const stagesFrom = (versionIdsToStages: Readonly<Record<string, readonly string[]>> = {}): TokenStages => {
  const versions = Object.entries(versionIdsToStages);
  const carrying = (stage: string) => versions.find(([, stages]) => stages.includes(stage))?.[0];
  const previous = carrying('AWSPREVIOUS');
  return {
    current: carrying('AWSCURRENT'),
    previous: previous !== undefined && isRevocation(previous) ? undefined : previous,
    pending: carrying('AWSPENDING'),
  };
};

/**
 * Whether the tenant exists, for a function that may not read the table: a tenant has a secret from its creation to its
 * deletion. A call of its own, because reading an unknown version of a secret and reading an unknown secret both answer
 * ResourceNotFoundException.
 */
export const hasSecret = async (tenant: Incarnation, abortSignal: AbortSignal): Promise<boolean> => {
  const request = new GetSecretValueCommand({ SecretId: secretName(tenant) });
  return (await unlessAbsent(secrets.send(request, { abortSignal }))) !== undefined;
};

/** A version of the secret, and when it was created. */
export interface KeyAge {
  readonly keyId: string;
  readonly madeAt: Date;
}

/** The version at each stage; undefined when the tenant has no secret. One call to Secrets Manager. */
export const readKeyAges = async (
  tenant: Incarnation,
): Promise<{ readonly current: KeyAge | undefined; readonly previous: KeyAge | undefined } | undefined> => {
  const request = new ListSecretVersionIdsCommand({ SecretId: secretName(tenant), MaxResults: 100 });
  const found = await unlessAbsent(secrets.send(request));
  if (!found) return undefined;
  const carrying = (stage: string): KeyAge | undefined => {
    const version = found.Versions?.find(({ VersionStages }) => VersionStages?.includes(stage));
    return version?.VersionId === undefined
      ? undefined
      : { keyId: version.VersionId, madeAt: version.CreatedDate ?? new Date(0) };
  };
  return { current: carrying('AWSCURRENT'), previous: carrying('AWSPREVIOUS') };
};

/** Every tenant that has a secret, with its stages; one call per 100 secrets. */
export async function* walkStages(): AsyncGenerator<{
  readonly tenant: Incarnation;
  readonly stages: TokenStages;
}> {
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
      if (tenant) yield { tenant, stages: stagesFrom(SecretVersionsToStages) };
    }
    NextToken = page.NextToken;
  } while (NextToken);
}

/** The error for a tenant without a secret. */
export const noToken = (tenant: Incarnation) =>
  new TokenError(
    'noToken',
    `Tenant "${tenantOf(tenant)}" has no token, because its secret ${secretName(tenant)} does not exist; ` +
      `\`npm run scim -- token rotate ${tenantOf(tenant)} --force\` makes a new one.`,
  );
