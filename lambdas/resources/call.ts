// What a request asks of a resource, without where it came in: one call is the same from a route, from a bulk operation, and
// from wherever else somebody asks.

import type { JsonObject } from '../scim/json.ts';
import type { Principal } from '../tenants/principal.ts';
import type { Tenant } from '../tenants/tenant.ts';

export interface Call {
  readonly tenant: Tenant;
  readonly principal: Principal;
  /** Empty for a call to the whole collection. */
  readonly id: string;
  /** Empty where there is none. */
  readonly body: JsonObject;
  /** Query parameters by name, decoded. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The header of that name. */
  readonly ifMatch: string | undefined;
}
