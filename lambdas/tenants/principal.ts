// Who makes a request, once its credentials are verified.

import type { Incarnation } from '../platform/tenant.ts';

/** The bearer of a tenant's token. */
interface TokenPrincipal {
  readonly kind: 'token';
  readonly tenant: Incarnation;
  /** Which of the tenant's tokens: the VersionId of its secret. */
  readonly keyId: string;
}

/** An authenticated caller; other kinds of credentials will be further members of the union. */
export type Principal = TokenPrincipal;
