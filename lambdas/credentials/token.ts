// The bearer token of a tenant, `scim1.<tenant>.<incarnation>.<key id>.<secret>.<MAC>`. Its fixed prefix lets a secret scanner
// recognise one in a repository, and its MAC lets us refuse a typing error or an invention without asking anybody.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { INCARNATION_EXPRESSION, type Incarnation, incarnationOf } from '../tenants/tenant.ts';

/** Whose token it is, and which one: the key id is the VersionId of its secret in Secrets Manager. */
export interface TokenKey {
  readonly tenant: Incarnation;
  readonly keyId: string;
}

/** What every token begins with, and nothing else does. */
export const TOKEN_PREFIX = 'scim1.';

/** 36 bits, in base64url. */
const MAC_LETTERS = 6;

/** The shape of a token as a regular expression; the gateway holds it against what it is sent. */
export const TOKEN_EXPRESSION =
  `scim1\\.${INCARNATION_EXPRESSION}\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.` +
  `[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{${MAC_LETTERS}}`;

const shape = new RegExp(`^${TOKEN_EXPRESSION}$`);

/** HMAC-SHA-256, cut; the label sets it apart from what else is made from the deployment's secret. */
const macOf = (body: string, deploymentSecret: string): string =>
  createHmac('sha256', deploymentSecret).update(`token\0${body}`).digest('base64url').slice(0, MAC_LETTERS);

/** A new token with 32 random bytes; `keyId` is a UUID in lower case. */
export const makeToken = ({ tenant, keyId }: TokenKey, deploymentSecret: string): string => {
  const body = `${TOKEN_PREFIX}${tenant}.${keyId}.${randomBytes(32).toString('base64url')}`;
  return `${body}.${macOf(body, deploymentSecret)}`;
};

/** What a well-formed token claims to be, which is proof of nothing; undefined when it is not of the shape. */
export const parseToken = (text: string): TokenKey | undefined => {
  if (!shape.test(text)) return undefined;
  const [, tenantPart, letters, keyId] = text.split('.');
  const tenant = incarnationOf(tenantPart, letters);
  return tenant && keyId ? { tenant, keyId } : undefined;
};

/** Whether a well-formed token was made under this secret of the deployment, as far as 36 bits can say. */
export const hasMac = (token: string, deploymentSecret: string): boolean => {
  const [body, mac] = [token.slice(0, -MAC_LETTERS - 1), token.slice(-MAC_LETTERS)];
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(body, deploymentSecret)));
};
