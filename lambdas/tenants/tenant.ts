// A tenant is one customer of the vendor: its id is a path segment of the Tenant URL. A tenant that is deleted and created
// again under the same name is another incarnation, with other keys, another secret and other tokens.

declare const brand: unique symbol;
export type TenantId = string & { readonly [brand]: 'TenantId' };

/** A tenant, and which of those that ever had its name: `acme.t1a2b3`. All that belongs to it is stored under this. */
export type Incarnation = string & { readonly [brand]: 'Incarnation' };

const TENANT_ID = '[a-z0-9-]{3,32}';
const LETTERS = '[0-9a-z]{6}';

/** The shape of an incarnation as a regular expression. */
export const INCARNATION_EXPRESSION = `${TENANT_ID}\\.${LETTERS}`;

const tenantIdShape = new RegExp(`^${TENANT_ID}$`);
const incarnationShape = new RegExp(`^${INCARNATION_EXPRESSION}$`);

/** `text` as a tenant id (3 to 32 of `[a-z0-9-]`), or undefined when it is none. */
export const asTenantId = (text: string | undefined): TenantId | undefined =>
  text !== undefined && tenantIdShape.test(text) ? (text as TenantId) : undefined;

/** `text` as an incarnation, or undefined when it is none. */
export const asIncarnation = (text: string | undefined): Incarnation | undefined =>
  text !== undefined && incarnationShape.test(text) ? (text as Incarnation) : undefined;

/** The incarnation of `id` that is created at `nowMs` (since the epoch): the second in base 36, six letters until 2038. */
export const incarnationAt = (id: TenantId, nowMs: number): Incarnation =>
  `${id}.${Math.floor(nowMs / 1000)
    .toString(36)
    .padStart(6, '0')}` as Incarnation;

/** The tenant's id without its incarnation: `acme`. */
export const tenantOf = (incarnation: Incarnation): TenantId =>
  incarnation.slice(0, incarnation.indexOf('.')) as TenantId;

/** The incarnation of `id` that has these letters, or undefined when it cannot be one. */
export const incarnationOf = (id: unknown, letters: unknown): Incarnation | undefined =>
  asIncarnation(`${id}.${letters}`);

/** The two parts of an incarnation, as log lines, events and the authorizer's context carry them. */
export const partsOf = (
  incarnation: Incarnation,
): { readonly tenant: TenantId; readonly incarnation: string } => ({
  tenant: tenantOf(incarnation),
  incarnation: incarnation.slice(incarnation.indexOf('.') + 1),
});

/** When the incarnation was created, exact to the second, in milliseconds since the epoch. */
export const createdAtMs = (incarnation: Incarnation): number =>
  Number.parseInt(incarnation.slice(incarnation.indexOf('.') + 1), 36) * 1000;

/** A tenant as one request reaches it: `tenantUrl` is what the customer pasted, e.g. `https://scim.example.com/acme/v2`. */
export interface Tenant {
  readonly id: Incarnation;
  readonly tenantUrl: string;
}
