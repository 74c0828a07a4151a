// Who makes a request, according to whoever verified its credentials.

import type { Incarnation } from './tenant.ts';

/** The bearer of a tenant's secret token. */
export interface TokenPrincipal {
  readonly kind: 'token';
  readonly tenant: Incarnation;
  /** Which of the tenant's tokens: the version of its secret. */
  readonly keyId: string;
}

/** Whoever was authenticated; other kinds of credentials will be further members. */
export type Principal = TokenPrincipal;
