// Asks whether the tenant is served at this moment, before its request is read.

import type { MiddlewareObj } from '@middy/core';
import type { Incarnation } from '../tenants/tenant.ts';
import type { ScimEvent } from './gateway.ts';

/** Resolves for a request that may go on; throws a `ScimError` for one that may not. */
export type Admit = (tenant: Incarnation, keyId: string) => Promise<void>;

export const admission = (admit: Admit): MiddlewareObj<ScimEvent> => ({
  before: async ({ event }) => {
    if (!event.tenant) throw new Error('The tenant guard has not run.');
    await admit(event.tenant.id, String(event.requestContext.authorizer?.keyId));
  },
});
