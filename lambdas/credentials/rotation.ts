// Rotates tokens. Customers need time to paste the new token into Entra, so a rotation does not end the old one: both are
// accepted until the old one is retired. Every step is idempotent.

import { randomUUID } from 'node:crypto';
import { now } from '../platform/clock.ts';
import { type Incarnation, tenantOf } from '../platform/tenant.ts';
import { TokenError } from './errors.ts';
import { isForged } from './forgery.ts';
import { graceEnd } from './grace.ts';
import { readUntil } from './read-until.ts';
import { isRevocation } from './revocation-key.ts';
import { parseToken, type TokenKey } from './token.ts';
import {
  noToken,
  readCurrentToken,
  readStages,
  readToken,
  type TokenStages,
  type TokenVersion,
} from './token-secret.ts';
import {
  concurrentRotation,
  createPendingToken,
  createToken,
  endPreviousToken,
  makeCurrent,
  stillAccepted,
} from './write-token-secret.ts';

/** The accepted tokens of a tenant. */
export interface TokenStatus {
  readonly current: TokenVersion;
  /** The previous token, if it is still accepted, and until when a rotation must not end it. */
  readonly previous: { readonly keyId: string; readonly graceEndsAt: Date } | undefined;
}

/** The accepted tokens of a tenant; throws a `TokenError` (`noToken`, `revoked`) when there is none. */
export const readTokenStatus = async (tenant: Incarnation): Promise<TokenStatus> => {
  const [current, { previous }] = await Promise.all([readCurrentToken(tenant), readStages(tenant)]);
  if (!current) throw noToken(tenant);
  if (isRevocation(current.keyId)) throw revoked(current);
  return statusWith(current, previous);
};

const statusWith = (current: TokenVersion, previous: string | undefined): TokenStatus => ({
  current,
  previous:
    previous === undefined ? undefined : { keyId: previous, graceEndsAt: graceEnd(current.createdAt) },
});

const revoked = ({ tenant, createdAt }: TokenVersion) =>
  new TokenError(
    'revoked',
    `The tokens of ${tenantOf(tenant)} were revoked on ${day(createdAt)}; ` +
      `\`npm run scim -- token rotate ${tenantOf(tenant)}\` makes a new one.`,
  );

const day = (date: Date) => date.toISOString().slice(0, 10);

/**
 * Throws a `TokenError` (`insideGrace`) during the grace period of the previous token. There is only one AWSPREVIOUS:
 * another rotation would displace a token that Entra may still be using.
 */
const refuseInsideGrace = async (tenant: Incarnation): Promise<void> => {
  if ((await readStages(tenant)).previous === undefined) return;
  const { current, previous } = await readTokenStatus(tenant);
  if (!previous || previous.graceEndsAt.getTime() <= now()) return;
  const id = tenantOf(tenant);
  throw new TokenError(
    'insideGrace',
    `The token of ${id} was rotated on ${day(current.createdAt)}, and the previous one is accepted at least until ` +
      `${day(previous.graceEndsAt)}, because the customer may still be using it. Once Entra has the new token, ` +
      `\`npm run scim -- token retire ${id}\` ends the old one; ` +
      `\`npm run scim -- token rotate ${id} --force\` ends it at once.`,
  );
};

/**
 * The first half of a rotation: creates the pending token, which is not accepted yet. Throws a `TokenError` during the
 * grace period. Idempotent.
 */
export const preparePending = async (key: TokenKey): Promise<void> => {
  const stages = await readStages(key.tenant);
  if (isDone(stages, key)) return;
  await refuseInsideGrace(key.tenant);
  await createPendingToken(key);
};

/**
 * The second half: the pending token becomes the current one, the current one the previous. Idempotent. Throws a
 * `TokenError` for a token that is not pending, or a late retry would bring back a retired one.
 */
export const promotePending = async (key: TokenKey): Promise<void> => {
  const stages = await readStages(key.tenant);
  if (isDone(stages, key)) return;
  if (stages.pending !== key.keyId) {
    throw new TokenError(
      'notPending',
      `Token ${key.keyId} of ${tenantOf(key.tenant)} is not the one being rotated in.`,
    );
  }
  if (!(await isTokenOf(key, await readToken(key)))) throw brokenVersion(key);
  await refuseInsideGrace(key.tenant);
  await makeCurrent(key.tenant, key.keyId, stages.current);
};

/**
 * Throws a `TokenError` unless the version holds a token that `verifyToken` would accept as the current one. A copy of the
 * current token passes too: Secrets Manager runs this step with one when a rotation is scheduled.
 */
export const checkPending = async (key: TokenKey): Promise<void> => {
  const written = await readToken(key);
  if (await isTokenOf(key, written)) return;
  if (written && written.token === (await readCurrentToken(key.tenant))?.token) return;
  throw brokenVersion(key);
};

const isTokenOf = async (key: TokenKey, written: TokenVersion | undefined): Promise<boolean> => {
  if (!written) return false;
  const parsed = parseToken(written.token);
  if (parsed?.tenant !== key.tenant || parsed.keyId !== key.keyId) return false;
  return !(await isForged(written.token));
};

const brokenVersion = ({ tenant, keyId }: TokenKey) =>
  new TokenError('brokenVersion', `Version ${keyId} of the secret of ${tenantOf(tenant)} holds no token.`);

const isDone = ({ current }: TokenStages, { keyId }: TokenKey) => current === keyId;

/**
 * Gives the tenant a new token and keeps the old one valid. Throws a `TokenError` during the grace period of the last
 * rotation. `force` retires the previous token first, and creates the secret if it is missing. A crash in between leaves
 * the current token as it is.
 */
export const rotateToken = async (tenant: Incarnation, { force = false } = {}): Promise<TokenStatus> => {
  const key = { tenant, keyId: randomUUID() };
  if (force) {
    const current = (await readCurrentToken(tenant)) ?? (await createToken(key));
    if (current.keyId === key.keyId) return { current, previous: undefined };
    await retireToken(tenant);
  }
  await preparePending(key);
  await readUntil(
    () => readStages(tenant),
    (stages) => stages.pending === key.keyId,
  );
  await promotePending(key);
  return readStatusOf(key);
};

/** The status once `key` shows as the current token; throws a `TokenError` (`notSettled`) if it does not. */
const readStatusOf = async ({ tenant, keyId }: TokenKey): Promise<TokenStatus> => {
  const current = await readUntil(
    () => readCurrentToken(tenant),
    (found) => found?.keyId === keyId,
  );
  if (current) return statusWith(current, (await readStages(tenant)).previous);
  throw new TokenError(
    'notSettled',
    `The token of ${tenantOf(tenant)} was rotated, but Secrets Manager still answers with the old one. ` +
      `\`npm run scim -- token show ${tenantOf(tenant)}\` shows the new one when it does not any more.`,
  );
};

/** The key id of the previous token; undefined when there is none, or none that is still accepted. */
export const readPreviousKeyId = async (tenant: Incarnation): Promise<string | undefined> => {
  try {
    return (await readStages(tenant)).previous;
  } catch (error) {
    if (error instanceof TokenError && error.code === 'noToken') return undefined;
    throw error;
  }
};

/**
 * Retires the previous token; returns its key id, or undefined when there was none. Idempotent. Throws a `TokenError`
 * (`stillAccepted`, `concurrentRotation`).
 */
export const retireToken = async (tenant: Incarnation): Promise<string | undefined> => {
  const { previous } = await readStages(tenant);
  if (previous === undefined) return undefined;
  await endPreviousToken({ tenant, keyId: previous });
  const after = await readUntil(
    () => readStages(tenant),
    (stages) => stages.previous !== previous,
  );
  if (!after) throw stillAccepted(tenant);
  // Either the first read was older than the last rotation, or there was one meanwhile, whose token is in use.
  if (after.previous !== undefined) throw concurrentRotation(tenant);
  return previous;
};
