// What a request asks of a resource, whatever it came in by: a route and a bulk operation make the same call.

import type { JsonObject } from '../scim/json.ts';
import type { Principal } from '../tenants/principal.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** A request without HTTP. */
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
