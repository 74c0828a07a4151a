// Lets a request through only to the tenant that its token belongs to.

import type { MiddlewareObj } from '@middy/core';
import { forbidden, notFound } from '../scim/errors.ts';
import { asTenantId, incarnationOf } from '../tenants/tenant.ts';
import { locate, type ScimEvent } from './gateway.ts';

/**
 * The gateway has refused other tenants' tokens already; the handler compares once more, because a mistake in a policy
 * must not open one customer's directory to another.
 */
export const tenantGuard = (): MiddlewareObj<ScimEvent> => ({
  before: ({ event }) => {
    const id = asTenantId(event.pathParameters?.tenant);
    const { tenantUrl } = locate(event);
    if (!id || tenantUrl === undefined)
      throw notFound('noTenantUrl')`This is not a Tenant URL of this service.`;
    const { tenant, incarnation, keyId } = event.requestContext.authorizer ?? {};
    const whole = incarnationOf(id, incarnation);
    if (tenant !== id || !whole) {
      throw forbidden(
        'tokenOfAnotherTenant',
      )`The secret token belongs to another Tenant URL. Check that both come from the same hand-over.`;
    }
    event.tenant = { id: whole, tenantUrl };
    event.principal = { kind: 'token', tenant: whole, keyId: String(keyId) };
  },
});
