// Secrets Manager never removes AWSCURRENT, it only moves it. So to revoke all tokens of a tenant, AWSCURRENT moves to a
// version that is not a token and whose id cannot be a key id.

import { randomUUID } from 'node:crypto';

const PREFIX = 'revoked-';

/** The VersionId of a new revocation. */
export const newRevocationKey = (): string => `${PREFIX}${randomUUID()}`;

/** Whether a version is a revocation rather than a token. */
export const isRevocation = (versionId: string): boolean => versionId.startsWith(PREFIX);
