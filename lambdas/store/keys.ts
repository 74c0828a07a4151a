// Every key of the table, with an example beside it. The tenant is the first part of each.

import type { TenantId } from '../platform/tenant.ts';

/** The global secondary indexes: all KEYS_ONLY, all sparse. lib/directory-table.ts creates them from this. */
export const indexes = {
  byName: { indexName: 'by-name', partitionKey: 'NamePK', sortKey: 'NameSK' },
  byExternalId: { indexName: 'by-external-id', partitionKey: 'ExternalIdPK', sortKey: 'SK' },
  byEmail: { indexName: 'by-email', partitionKey: 'EmailPK', sortKey: 'SK' },
} as const;

/** The table's own key and its time-to-live attribute (seconds since the epoch). */
export const tableKey = { partitionKey: 'PK', sortKey: 'SK', timeToLive: 'ExpiresAt' } as const;

/** The name of a resource type as keys carry it: `USER`, `GROUP`. */
const typePart = (typeName: string) => typeName.toUpperCase();

/** All resources of a type, by id: `T#acme#USER` / `7d42…`; also their partition in by-name. */
export const resourcesPK = (tenant: TenantId, typeName: string) => `T#${tenant}#${typePart(typeName)}`;

/** Who holds each value that is unique among a type: `T#acme#UNIQUE#USER` / `userName#alice@acme.example`. */
export const uniqueKey = (tenant: TenantId, typeName: string, { attribute, key }: UniqueValue) => ({
  PK: uniquePK(tenant, typeName),
  SK: `${attribute}#${key}`,
});
export const uniquePK = (tenant: TenantId, typeName: string) => `T#${tenant}#UNIQUE#${typePart(typeName)}`;

/** A value that no two resources of a type may have. */
export interface UniqueValue {
  /** As filters write it, e.g. `userName`. */
  readonly attribute: string;
  /** The value as it is compared: folded, unless its case matters. */
  readonly key: string;
}

/** by-external-id: `T#acme#EXTERNAL#USER#alice` / `7d42…`. */
export const externalIdPK = (tenant: TenantId, typeName: string, externalId: string) =>
  `T#${tenant}#EXTERNAL#${typePart(typeName)}#${externalId}`;

/** by-email: `T#acme#EMAIL#USER#alice@acme.example` / `7d42…`. */
export const emailPK = (tenant: TenantId, typeName: string, email: string) =>
  `T#${tenant}#EMAIL#${typePart(typeName)}#${email}`;

/** The members of a group, by id: `T#acme#MEMBER#<group id>` / `<member id>`. */
export const membersPK = (tenant: TenantId, groupId: string) => `T#${tenant}#MEMBER#${groupId}`;

/** by-name, turned round: the groups of a member: `T#acme#OF#<member id>` / `<group id>`. */
export const groupsOfPK = (tenant: TenantId, memberId: string) => `T#${tenant}#OF#${memberId}`;

/** Where the page that starts at an index continues: `T#acme#PAGE#USER` / `100#201`. */
export const pageMarkKey = (tenant: TenantId, typeName: string, count: number, startIndex: number) => ({
  PK: `T#${tenant}#PAGE#${typePart(typeName)}`,
  SK: `${count}#${startIndex}`,
});

/** All tenants: `TENANT` / `acme`. */
export const tenantKey = (tenant: TenantId) => ({ PK: TENANTS_PK, SK: tenant });
export const TENANTS_PK = 'TENANT';
