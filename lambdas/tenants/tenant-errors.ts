// Why an operator command on a tenant is refused.

import type { TenantId } from '../platform/tenant.ts';

/** The message is one sentence for the operator, with the way out, and is shown as it is; the code is stable, for callers. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
  readonly code: 'noSuchTenant' | 'tenantExists' | 'beingCreated' | 'beingDeleted';

  constructor(code: TenantError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** No tenant has this id. */
export const noSuchTenant = (id: TenantId) => new TenantError('noSuchTenant', `There is no tenant "${id}".`);

/** A tenant with this id exists. */
export const tenantExists = (id: TenantId) =>
  new TenantError('tenantExists', `Tenant "${id}" exists already.`);

/** The creation of the tenant was interrupted. */
export const beingCreated = (id: TenantId) =>
  new TenantError(
    'beingCreated',
    `The creation of tenant "${id}" was not completed; \`npm run scim -- tenant create ${id}\` completes it.`,
  );

/** The tenant is being deleted, or its deletion was interrupted. */
export const beingDeleted = (id: TenantId) =>
  new TenantError(
    'beingDeleted',
    `Tenant "${id}" is being deleted; \`npm run scim -- tenant delete ${id}\` completes that.`,
  );
