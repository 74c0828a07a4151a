// The secrets with which webhooks are signed: one per tenant, in the form of Standard Webhooks, `whsec_` and base64. After
// a rotation the one before signs too, for a day, so that the receiver can change it without refusing a message.

import { randomBytes, randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
} from '@aws-sdk/client-secrets-manager';
import { type Incarnation, tenantOf } from '../tenants/tenant.ts';
import { secrets, signingSecretName, unlessAbsent } from './client.ts';
import { TokenError } from './errors.ts';
import { beingDeleted } from './secrets.ts';

/** So long the secret before the current one signs as well. */
export const SIGNING_GRACE_HOURS = 24;

const SECRET_BYTES = 32;

export interface SigningSecret {
  readonly secret: string;
  readonly madeAt: Date;
}

const makeSecret = () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const readVersion = async (tenant: Incarnation, VersionStage: string): Promise<SigningSecret | undefined> => {
  const request = new GetSecretValueCommand({ SecretId: signingSecretName(tenant), VersionStage });
  const found = await unlessAbsent(secrets.send(request));
  if (found?.SecretString === undefined) return undefined;
  return { secret: found.SecretString, madeAt: found.CreatedDate ?? new Date(0) };
};

/** The secret that receivers should know; undefined when the tenant has none. */
export const readSigningSecret = (tenant: Incarnation): Promise<SigningSecret | undefined> =>
  readVersion(tenant, 'AWSCURRENT');

/** What is to be signed with: the current secret, and the one before it within its grace; none when there is no secret. */
export const readSigningSecrets = async (tenant: Incarnation, now: number): Promise<readonly string[]> => {
  const current = await readSigningSecret(tenant);
  if (!current) return [];
  const graceEndsMs = current.madeAt.getTime() + SIGNING_GRACE_HOURS * 60 * 60 * 1000;
  const previous = graceEndsMs > now ? await readVersion(tenant, 'AWSPREVIOUS') : undefined;
  return previous ? [current.secret, previous.secret] : [current.secret];
};

/** Makes the tenant's secret. Repeatable: one that exists is left as it is. */
export const createSigningSecret = async (tenant: Incarnation): Promise<SigningSecret> => {
  const Name = signingSecretName(tenant);
  try {
    await secrets.send(
      new CreateSecretCommand({
        Name,
        Description: `Signs what is posted to the webhook of tenant ${tenantOf(tenant)}.`,
        ClientRequestToken: randomUUID(),
        SecretString: makeSecret(),
      }),
    );
  } catch (error) {
    if (error instanceof InvalidRequestException) throw beingDeleted(Name);
    if (!(error instanceof ResourceExistsException)) throw error;
  }
  const created = await readSigningSecret(tenant);
  if (!created) throw beingDeleted(Name);
  return created;
};

/**
 * Makes a new secret the current one. Throws a `TokenError` when the tenant has none, and, unless `force` is set, while the
 * one before the current still signs: it would end, and the receiver may know no other.
 */
export const rotateSigningSecret = async (
  tenant: Incarnation,
  now: number,
  { force }: { readonly force: boolean },
): Promise<SigningSecret> => {
  if (!force && (await readSigningSecrets(tenant, now)).length > 1) throw insideGrace(tenant);
  const secret = makeSecret();
  const put = new PutSecretValueCommand({
    SecretId: signingSecretName(tenant),
    ClientRequestToken: randomUUID(),
    SecretString: secret,
  });
  if (await unlessAbsent(secrets.send(put))) return { secret, madeAt: new Date(now) };
  throw new TokenError(
    'noSigningSecret',
    `The webhook of "${tenantOf(tenant)}" has no secret to sign with; \`npm run scim -- webhook set\` makes one.`,
  );
};

const insideGrace = (tenant: Incarnation) =>
  new TokenError(
    'insideGrace',
    `The signing secret of "${tenantOf(tenant)}" was made less than ${SIGNING_GRACE_HOURS} hours ago, and the one before still signs: ` +
      'a rotation now would end that. `--force` does it all the same.',
  );

/** Deletes the secret at once and for good. Repeatable. */
export const deleteSigningSecret = async (tenant: Incarnation): Promise<void> => {
  const request = new DeleteSecretCommand({
    SecretId: signingSecretName(tenant),
    ForceDeleteWithoutRecovery: true,
  });
  await unlessAbsent(secrets.send(request));
};
