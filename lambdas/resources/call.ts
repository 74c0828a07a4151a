// A request to a resource, independent of HTTP: routes and bulk operations make the same call.

import type { Tenant } from '../platform/tenant.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Principal } from '../tenants/principal.ts';
import type { MemberBudget } from './limits/member-budget.ts';

/** A request to a resource or a collection. */
export interface Call {
  readonly tenant: Tenant;
  readonly principal: Principal;
  /** Empty for a request to the whole collection. */
  readonly id: string;
  /** Empty if there is none. */
  readonly body: JsonObject;
  /** Query parameters by name, decoded. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The If-Match header. */
  readonly ifMatch: string | undefined;
  /** Of an operation of a bulk request; otherwise the call has one of its own. */
  readonly memberBudget?: MemberBudget;
}
