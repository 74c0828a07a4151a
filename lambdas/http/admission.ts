// Refuses requests of tenants that are paused or deleted, before the body is read.

import type { MiddlewareObj } from '@middy/core';
import { admit } from '../tenants/admission.ts';
import type { ScimEvent } from './gateway.ts';

/** Middleware after the tenant guard. Throws forbidden if the tenant is not served now. */
export const admission = (): MiddlewareObj<ScimEvent> => ({
  before: async ({ event }) => {
    if (!event.principal) throw new Error('The tenant guard has not run.');
    await admit(event.principal);
  },
});
