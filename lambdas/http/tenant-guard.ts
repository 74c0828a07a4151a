// Lets a request through only to the tenant that its token belongs to.

import type { MiddlewareObj } from '@middy/core';
import { asTenantId, incarnationOf } from '../tenants/tenant.ts';
import { forbidden, notFound } from '../scim/errors.ts';
import { type ScimEvent, splitTenantUrl } from './gateway.ts';

/**
 * The gateway has refused other tenants' tokens already; the handler compares once more, because a mistake in a policy
 * must not open one customer's directory to another.
 */
export const tenantGuard = (): MiddlewareObj<ScimEvent> => ({
  before: ({ event }) => {
    const id = asTenantId(event.pathParameters?.tenant);
    const location = splitTenantUrl(event);
    if (!id || !location) throw notFound('This is not a Tenant URL of this service.');
    const { authorizer } = event.requestContext;
    const incarnation = incarnationOf(id, authorizer?.incarnation);
    if (authorizer?.tenant !== id || !incarnation) {
      throw forbidden(
        'The secret token belongs to another Tenant URL. Check that both come from the same hand-over.',
      );
    }
    event.tenant = { id: incarnation, tenantUrl: location.tenantUrl };
  },
});
