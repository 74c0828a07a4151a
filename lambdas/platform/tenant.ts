// A tenant is one customer of the vendor: its id is a path segment of the Tenant URL and part of every key.

declare const brand: unique symbol;
export type TenantId = string & { readonly [brand]: 'TenantId' };

/** `text` as a tenant id (3 to 32 of `[a-z0-9-]`), or undefined when it is none. */
export const asTenantId = (text: string | undefined): TenantId | undefined =>
  text !== undefined && /^[a-z0-9-]{3,32}$/.test(text) ? (text as TenantId) : undefined;

/** A tenant as one request reaches it: `tenantUrl` is what the customer pasted, e.g. `https://scim.example.com/acme/v2`. */
export interface Tenant {
  readonly id: TenantId;
  readonly tenantUrl: string;
}
