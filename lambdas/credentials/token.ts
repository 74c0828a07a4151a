// The bearer token of a tenant, `scim1.<tenant>.<incarnation>.<key id>.<secret>.<MAC>`. The fixed prefix lets secret scanners
// find one in a repository; the MAC lets us refuse a mistyped or made-up token without a call to Secrets Manager.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { INCARNATION_EXPRESSION, type Incarnation, incarnationOf } from '../platform/tenant.ts';

/** The tenant of a token, and its key id, which is the VersionId in Secrets Manager. */
export interface TokenKey {
  readonly tenant: Incarnation;
  readonly keyId: string;
}

/** The prefix of every token, and of no other kind of credentials. */
export const TOKEN_PREFIX = 'scim1.';

/** 36 bits, in base64url. */
const MAC_LETTERS = 6;

/** The format of a token as a regular expression; the gateway validates the Authorization header with it. */
export const TOKEN_EXPRESSION =
  `scim1\\.${INCARNATION_EXPRESSION}\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.` +
  `[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{${MAC_LETTERS}}`;

const shape = new RegExp(`^${TOKEN_EXPRESSION}$`);

/** Truncated HMAC-SHA-256; the label separates it from other values derived from the deployment secret. */
const macOf = (body: string, deploymentSecret: string): string =>
  createHmac('sha256', deploymentSecret).update(`token\0${body}`).digest('base64url').slice(0, MAC_LETTERS);

/** A new token with 32 random bytes; `keyId` is a UUID in lower case. */
export const makeToken = ({ tenant, keyId }: TokenKey, deploymentSecret: string): string => {
  const body = `${TOKEN_PREFIX}${tenant}.${keyId}.${randomBytes(32).toString('base64url')}`;
  return `${body}.${macOf(body, deploymentSecret)}`;
};

/** The tenant and key id that a token claims, unverified; undefined for text that is not in the format of a token. */
export const parseToken = (text: string): TokenKey | undefined => {
  if (!shape.test(text)) return undefined;
  const [, tenantPart, letters, keyId] = text.split('.');
  const tenant = incarnationOf(tenantPart, letters);
  return tenant && keyId ? { tenant, keyId } : undefined;
};

/** Whether the MAC of a well-formed token matches this deployment secret; 36 bits, so a guess may pass. */
export const hasValidMac = (token: string, deploymentSecret: string): boolean => {
  const [body, mac] = [token.slice(0, -MAC_LETTERS - 1), token.slice(-MAC_LETTERS)];
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(body, deploymentSecret)));
};
