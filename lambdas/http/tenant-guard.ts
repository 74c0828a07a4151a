// Refuses requests whose token belongs to another tenant than the one in the URL.

import type { MiddlewareObj } from '@middy/core';
import { asTenantId, incarnationOf } from '../platform/tenant.ts';
import { forbidden, notFound } from '../scim/errors/errors.ts';
import { isTenantless, locate, type ScimEvent } from './gateway.ts';
import { isHostOfOtherTenant, namedDomains } from './tenant-host.ts';

/**
 * Middleware that sets `event.tenant` and `event.principal`. The gateway already refuses other tenants' tokens; this checks
 * again, because a mistake in a policy must not open one customer's directory to another. The tenant is that of the token
 * only if the matched route has none. `domains`: the domains of the service. Throws notFound or forbidden.
 */
export const tenantGuard = (domains: readonly string[] = namedDomains): MiddlewareObj<ScimEvent> => ({
  before: ({ event }) => {
    const { tenant, incarnation, keyId } = event.requestContext.authorizer ?? {};
    const id = asTenantId(isTenantless(event) ? tenant : event.pathParameters?.tenant);
    const { tenantUrl } = locate(event);
    if (!id || tenantUrl === undefined)
      throw notFound('noTenantUrl')`This is not a Tenant URL of this service.`;
    const whole = incarnationOf(id, incarnation);
    if (tenant !== id || !whole) {
      throw forbidden(
        'tokenOfAnotherTenant',
      )`The secret token belongs to another Tenant URL. Check that both come from the same hand-over.`;
    }
    if (isHostOfOtherTenant(event.requestContext.domainName, id, domains)) {
      throw notFound(
        'hostOfAnotherTenant',
      )`This host is not that of the tenant. Copy the whole Tenant URL from the hand-over, with its host.`;
    }
    event.tenant = { id: whole, tenantUrl };
    event.principal = { kind: 'token', tenant: whole, keyId: String(keyId) };
  },
});
