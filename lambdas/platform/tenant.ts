// A tenant is one customer of the vendor: its id is a path segment of the Tenant URL. A tenant that is deleted and created
// again with the same id is another incarnation, with other keys, another secret and other tokens.

declare const brand: unique symbol;

/** The id of a tenant, validated: 3 to 32 of `[a-z0-9-]`. */
export type TenantId = string & { readonly [brand]: 'TenantId' };

/** A tenant id, and which of the tenants that ever had it: `acme.t1a2b3`. All data of a tenant is stored under this. */
export type Incarnation = string & { readonly [brand]: 'Incarnation' };

const TENANT_ID = '[a-z0-9-]{3,32}';
const LETTERS = '[0-9a-z]{6}';

/** The format of an incarnation as a regular expression. */
export const INCARNATION_EXPRESSION = `${TENANT_ID}\\.${LETTERS}`;

const tenantIdShape = new RegExp(`^${TENANT_ID}$`);
const incarnationShape = new RegExp(`^${INCARNATION_EXPRESSION}$`);

/** `text` as a tenant id, or undefined when it is not valid. */
export const asTenantId = (text: string | undefined): TenantId | undefined =>
  text !== undefined && tenantIdShape.test(text) ? (text as TenantId) : undefined;

/** `text` as an incarnation, or undefined when it is not valid. */
export const asIncarnation = (text: string | undefined): Incarnation | undefined =>
  text !== undefined && incarnationShape.test(text) ? (text as Incarnation) : undefined;

/** The incarnation of `id` created at `atMs` (since the epoch): the second in base 36, six characters until 2038. */
export const incarnationAt = (id: TenantId, atMs: number): Incarnation =>
  `${id}.${Math.floor(atMs / 1000)
    .toString(36)
    .padStart(6, '0')}` as Incarnation;

/** The tenant's id without its incarnation: `acme`. */
export const tenantOf = (incarnation: Incarnation): TenantId =>
  incarnation.slice(0, incarnation.indexOf('.')) as TenantId;

/** The incarnation with these two parts, or undefined when they are not valid. */
export const incarnationOf = (id: unknown, letters: unknown): Incarnation | undefined =>
  asIncarnation(`${id}.${letters}`);

/** The two parts of an incarnation, as in log lines, events and the authorizer's context. */
export const partsOf = (
  incarnation: Incarnation,
): { readonly tenant: TenantId; readonly incarnation: string } => ({
  tenant: tenantOf(incarnation),
  incarnation: incarnation.slice(incarnation.indexOf('.') + 1),
});

/** When the incarnation was created, precise to the second, in milliseconds since the epoch. */
export const createdAtMs = (incarnation: Incarnation): number =>
  Number.parseInt(incarnation.slice(incarnation.indexOf('.') + 1), 36) * 1000;

/** The tenant of a request. */
export interface Tenant {
  readonly id: Incarnation;
  /** The base URL that the customer configured, e.g. `https://scim.example.com/acme/v2`. */
  readonly tenantUrl: string;
}
