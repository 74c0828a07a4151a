// Asks whether the tenant is served at this moment, before its request is read.

import type { MiddlewareObj } from '@middy/core';
import { admit } from '../tenants/admission.ts';
import type { ScimEvent } from './gateway.ts';

export const admission = (): MiddlewareObj<ScimEvent> => ({
  before: async ({ event }) => {
    if (!event.principal) throw new Error('The tenant guard has not run.');
    await admit(event.principal);
  },
});
