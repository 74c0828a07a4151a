// The bearer token of a tenant, `scim1.<tenant>.<incarnation>.<key id>.<secret>.<checksum>`. Its fixed prefix and its
// checksum let a secret scanner recognise one in a repository, and let us refuse a typing error without
// asking anybody.

import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { INCARNATION_EXPRESSION, type Incarnation, incarnationOf } from '../tenants/tenant.ts';

/** Whose token it is, and which one: the key id is the VersionId of its secret in Secrets Manager. */
export interface TokenKey {
  readonly tenant: Incarnation;
  readonly keyId: string;
}

/** What every token begins with, and nothing else does. */
export const TOKEN_PREFIX = 'scim1.';

/** The shape of a token as a regular expression; the gateway holds it against what it is sent. */
export const TOKEN_EXPRESSION =
  `scim1\\.${INCARNATION_EXPRESSION}\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.` +
  '[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{6}';

const shape = new RegExp(`^${TOKEN_EXPRESSION}$`);

const checksumOf = (body: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64url');
};

/** A new token with 32 random bytes; `keyId` is a UUID in lower case. */
export const makeToken = ({ tenant, keyId }: TokenKey): string => {
  const body = `${TOKEN_PREFIX}${tenant}.${keyId}.${randomBytes(32).toString('base64url')}`;
  return `${body}.${checksumOf(body)}`;
};

/**
 * What a well-formed token claims to be, which is proof of nothing; undefined when shape or checksum is
 * wrong.
 */
export const parseToken = (text: string): TokenKey | undefined => {
  const claimed = readClaim(text);
  return claimed && text.slice(-6) === checksumOf(text.slice(0, -7)) ? claimed : undefined;
};

/** The same, also when the checksum is wrong. */
export const readClaim = (text: string): TokenKey | undefined => {
  if (!shape.test(text)) return undefined;
  const [, tenantPart, letters, keyId] = text.split('.');
  const tenant = incarnationOf(tenantPart, letters);
  return tenant && keyId ? { tenant, keyId } : undefined;
};
