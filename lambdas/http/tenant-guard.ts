// Lets a request through only to the tenant that its token belongs to.

import type { MiddlewareObj } from '@middy/core';
import { forbidden, notFound } from '../scim/errors/errors.ts';
import { asTenantId, incarnationOf } from '../tenants/tenant.ts';
import { isTenantless, locate, type ScimEvent } from './gateway.ts';
import { isHostOfAnother, namedDomains } from './tenant-host.ts';

/**
 * The gateway has refused other tenants' tokens already; the handler compares once more, because a mistake in a policy
 * must not open one customer's directory to another. Only where the matched route has no tenant is it that of the token.
 * `domains`: what the service answers to, if a wildcard is among it.
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
    if (isHostOfAnother(event.requestContext.domainName, id, domains)) {
      throw notFound(
        'hostOfAnotherTenant',
      )`This host is not that of the tenant. Copy the whole Tenant URL from the hand-over, with its host.`;
    }
    event.tenant = { id: whole, tenantUrl };
    event.principal = { kind: 'token', tenant: whole, keyId: String(keyId) };
  },
});
