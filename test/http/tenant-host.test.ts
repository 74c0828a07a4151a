// A host under a wildcard domain belongs to one tenant; an exact domain belongs to no tenant.

import { describe, expect, test } from '@jest/globals';
import type { ScimEvent } from '../../lambdas/http/gateway.ts';
import { tenantGuard } from '../../lambdas/http/tenant-guard.ts';

const DOMAINS = ['*.scim.example.com', 'entry.scim.example.com', 'scim.example.org'];

const guard = (resource: string, domainName: string | undefined, domains: readonly string[]) => {
  const path = resource.startsWith('/v2') ? '/v2/Users' : '/acme/v2/Users';
  const authorizer = { tenant: 'acme', incarnation: 't1a2b3', keyId: 'key' };
  const event = {
    resource,
    headers: {},
    pathParameters: resource.startsWith('/v2') ? null : { tenant: 'acme' },
    requestContext: { path, domainName, authorizer },
  } as unknown as ScimEvent;
  tenantGuard(domains).before?.({ event } as never);
  return event.tenant?.tenantUrl;
};

describe.each(['/{tenant}/v2/Users', '/v2/Users'])('%s', (resource) => {
  test.each([
    ["the tenant's own host", 'acme.scim.example.com'],
    ['that in capitals', 'ACME.Scim.example.com'],
    ['a domain with a name of its own below the wildcard', 'entry.scim.example.com'],
    ['a domain that is no wildcard', 'scim.example.org'],
    ['the host of the API', 'a1b2c3.execute-api.eu-central-1.amazonaws.com'],
    ['a host two levels below', 'globex.eu.scim.example.com'],
    ['the domain itself', 'scim.example.com'],
  ])('%s is served', (_, host) => {
    expect(guard(resource, host, DOMAINS)).toMatch(new RegExp(`^https://${host}/.*v2$`));
  });

  test.each(['globex.scim.example.com', 'acme2.scim.example.com', 'Globex.SCIM.example.com'])(
    '%s is 404',
    (host) => {
      expect(() => guard(resource, host, DOMAINS)).toThrow(
        expect.objectContaining({ status: 404, code: 'hostOfAnotherTenant' }),
      );
      // Without a wildcard, hosts are not checked.
      expect(guard(resource, host, [''])).toBeDefined();
    },
  );
});
