// Why a command on a tenant is refused: one sentence for the operator, with the way out.

import type { TenantId } from './tenant.ts';

/** A refusal; its message is shown to the operator as it is. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
  readonly code: 'noSuchTenant' | 'tenantExists' | 'beingCreated' | 'beingDeleted';

  constructor(code: TenantError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export const noSuchTenant = (id: TenantId) => new TenantError('noSuchTenant', `There is no tenant "${id}".`);

export const tenantExists = (id: TenantId) =>
  new TenantError('tenantExists', `Tenant "${id}" exists already.`);

export const beingCreated = (id: TenantId) =>
  new TenantError(
    'beingCreated',
    `The creation of tenant "${id}" was not completed; \`npm run scim -- tenant create ${id}\` completes it.`,
  );

export const beingDeleted = (id: TenantId) =>
  new TenantError(
    'beingDeleted',
    `Tenant "${id}" is being deleted; \`npm run scim -- tenant delete ${id}\` completes that.`,
  );
