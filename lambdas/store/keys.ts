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

/** The name of a resource type as keys carry it: `USER`, `GROUP`, and `TYPE#DEVICE` for one that a tenant defined. */
const typePart = (typeName: string) =>
  typeName === 'User' || typeName === 'Group' ? typeName.toUpperCase() : `TYPE#${typeName.toUpperCase()}`;

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

/**
 * The sort key of items that are only looked up by their whole key. Nobody acts on their changes: the stream's event
 * source mapping passes them over (lib/change-pipeline.ts).
 */
export const SILENT = '#';

/** Where the page that starts at an index continues: `T#acme#PAGE#USER#100#201` / `#`. */
export const pageMarkKey = (tenant: TenantId, typeName: string, count: number, startIndex: number) => ({
  PK: `T#${tenant}#PAGE#${typePart(typeName)}#${count}#${startIndex}`,
  SK: SILENT,
});

/** How many resources of a type there are: `T#acme#COUNT#USER` / `#`. */
export const counterKey = (tenant: TenantId, typeName: string) => ({
  PK: `T#${tenant}#COUNT#${typePart(typeName)}`,
  SK: SILENT,
});

/** That a change is in the counter already: `T#acme#COUNTED#<id of the change>` / `#`. */
export const countedKey = (tenant: TenantId, changeId: string) => ({
  PK: `T#${tenant}#COUNTED#${changeId}`,
  SK: SILENT,
});

/** The resources that were deleted lately, by time: `T#acme#GONE` / `1795306341546#7d42…`. */
export const departureKey = (tenant: TenantId, atMs: number, id: string) => ({
  PK: departuresPK(tenant),
  SK: `${departuresFrom(atMs)}${id}`,
});
export const departuresPK = (tenant: TenantId) => `T#${tenant}#GONE`;
export const departuresFrom = (atMs: number) => `${String(atMs).padStart(13, '0')}#`;

/** Groups that had members before they were there: `T#acme#UNBORN` / `<group id>`. */
export const unbornKey = (tenant: TenantId, groupId: string) => ({ PK: `T#${tenant}#UNBORN`, SK: groupId });

/** What is set for a tenant, in one partition that is read as a whole: `T#acme#SETTINGS`. */
export const settingsPK = (tenant: TenantId) => `T#${tenant}#SETTINGS`;

/** A schema that the tenant added: `T#acme#SETTINGS` / `SCHEMA#urn:acme:params:scim:schemas:Device`. */
export const schemaKey = (tenant: TenantId, urn: string) => ({ PK: settingsPK(tenant), SK: `SCHEMA#${urn}` });

/** Where the tenant's events are posted: `T#acme#SETTINGS` / `WEBHOOK`. */
export const webhookKey = (tenant: TenantId) => ({ PK: settingsPK(tenant), SK: WEBHOOK_SK });
export const WEBHOOK_SK = 'WEBHOOK';

/** That requests are refused, to one tenant or to all: `T#acme#SETTINGS` / `SWITCH`, `DEPLOYMENT` / `SWITCH`. */
export const switchKey = (tenant: TenantId | undefined) => ({
  PK: tenant ? settingsPK(tenant) : 'DEPLOYMENT',
  SK: SWITCH_SK,
});
export const SWITCH_SK = 'SWITCH';

/** When a tenant's tokens were last used: `T#acme#ACTIVITY` / `#`. */
export const activityKey = (tenant: TenantId) => ({ PK: `T#${tenant}#ACTIVITY`, SK: SILENT });

/**
 * What was changed and refused, by time: `T#acme#LOG` / `1795306341546#<request id>#0`. Nobody acts on these items either:
 * like those that hold a unique value they have an attribute `Id`, by which the stream's mapping passes them over.
 */
export const logKey = (tenant: TenantId, atMs: number, requestId: string, index: number) => ({
  PK: logPK(tenant),
  SK: `${logFrom(atMs)}#${requestId}#${index}`,
});
export const logPK = (tenant: TenantId) => `T#${tenant}#LOG`;
export const logFrom = (atMs: number) => String(atMs).padStart(13, '0');

/**
 * Events that the tenant's webhook has not taken, by the time since which they wait: `T#acme#BACKLOG` /
 * `1795306341546#<event id>`. Passed over by the stream's mapping as the log is, and so are the retries.
 */
export const backlogKey = (tenant: TenantId, sinceMs: number, eventId: string) => ({
  PK: backlogPK(tenant),
  SK: `${String(sinceMs).padStart(13, '0')}#${eventId}`,
});
export const backlogPK = (tenant: TenantId) => `T#${tenant}#BACKLOG`;

/** Webhooks that did not take everything, and when they are tried again: `RETRY` / `acme`. */
export const retryKey = (tenant: TenantId) => ({ PK: RETRIES_PK, SK: tenant });
export const RETRIES_PK = 'RETRY';

/** All tenants: `TENANT` / `acme`. */
export const tenantKey = (tenant: TenantId) => ({ PK: TENANTS_PK, SK: tenant });
export const TENANTS_PK = 'TENANT';
