// The secrets with which webhooks are signed, in the form of Standard Webhooks: `whsec_` and base64. They are stored nowhere:
// each comes from the secret of the deployment, the tenant, and a number that counts up when it is rotated.

import { createHmac } from 'node:crypto';
import { type Generations, knownGenerations } from '../credentials/deployment-secret.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** So long the secret before the current one signs as well. */
export const SIGNING_GRACE_HOURS = 24;

/** A message can wait: there is a minute for a whole batch. */
const PATIENCE_MS = 5000;

/** `whsec_…`: 32 bytes of HMAC-SHA-256; the label sets it apart from what else is made from the deployment's secret. */
export const signingSecret = (deploymentSecret: string, tenant: Incarnation, generation: number): string =>
  `whsec_${createHmac('sha256', deploymentSecret).update(`webhook\0${tenant}\0${generation}`).digest('base64')}`;

/**
 * The secrets of these `generations`, the newest first; after a rotation of the deployment's secret two of each, because a
 * receiver may know either.
 */
export const signingSecrets = (
  deploymentSecrets: Generations,
  tenant: Incarnation,
  generations: readonly number[],
): readonly string[] =>
  deploymentSecrets.flatMap(({ value }) => generations.map((each) => signingSecret(value, tenant, each)));

/** What the secrets come from, as this function knows it; undefined while that cannot be read: then nothing can be signed. */
export const knownForSigning = async (): Promise<Generations | undefined> =>
  (await knownGenerations(PATIENCE_MS))?.generations;
