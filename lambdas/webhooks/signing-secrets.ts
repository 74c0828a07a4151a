// The signing secrets of webhooks, in the format of Standard Webhooks: `whsec_` and base64. They are not stored: each is
// derived from the deployment secret, the tenant, and a generation that is incremented by each rotation.

import { createHmac } from 'node:crypto';
import { cachedGenerations, FRESH_MS, type Generations } from '../credentials/deployment-secret.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** How long the previous secret signs as well. */
export const SIGNING_GRACE_HOURS = 24;

/** Deliveries can wait: there is a minute for a whole batch. */
const PATIENCE_MS = 5000;

/** `whsec_…`: 32 bytes of HMAC-SHA-256; the label separates it from other values derived from the deployment secret. */
export const signingSecret = (deploymentSecret: string, tenant: Incarnation, generation: number): string =>
  `whsec_${createHmac('sha256', deploymentSecret).update(`webhook\0${tenant}\0${generation}`).digest('base64')}`;

/**
 * The secrets of these `generations`, the newest first; two of each after a rotation of the deployment secret, because a
 * receiver may have either.
 */
export const signingSecrets = (
  deploymentSecrets: Generations,
  tenant: Incarnation,
  generations: readonly number[],
): readonly string[] =>
  deploymentSecrets.flatMap(({ value }) => generations.map((each) => signingSecret(value, tenant, each)));

/**
 * The deployment secrets to sign with, cached; undefined while they cannot be read, and nothing can be signed. What was cached
 * before `madeAtMs`, when the signing secret of the webhook was made, is read again: the operator derived it from what the
 * deployment secret was then, which may be newer than the cached one.
 */
export const generationsForSigning = async (madeAtMs: number): Promise<Generations | undefined> => {
  const freshMs = Math.max(0, Math.min(FRESH_MS, Date.now() - madeAtMs));
  return (await cachedGenerations(PATIENCE_MS, freshMs))?.generations;
};
