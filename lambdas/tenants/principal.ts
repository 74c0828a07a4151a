// Who makes a request, as whoever verified its credentials says.

import type { Incarnation } from './tenant.ts';

/** The bearer of a tenant's secret token. */
export interface TokenPrincipal {
  readonly kind: 'token';
  readonly tenant: Incarnation;
  /** Which of the tenant's tokens: the version of its secret. */
  readonly keyId: string;
}

export type Principal = TokenPrincipal;
