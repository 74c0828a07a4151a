// Secrets Manager does not let AWSCURRENT go, it only moves it. So when all tokens of a tenant are revoked, a version takes
// it that is no token, and whose id cannot be the key id of one.

import { randomUUID } from 'node:crypto';

const PREFIX = 'revoked-';

/** The VersionId of a new revocation. */
export const newRevocationKey = (): string => `${PREFIX}${randomUUID()}`;

/** Whether a version is a revocation rather than a token. */
export const isRevocation = (versionId: string): boolean => versionId.startsWith(PREFIX);
