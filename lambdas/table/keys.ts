// Every key of the table, with an example beside it. The tenant's incarnation is the first part of each, so that a tenant
// never sees what an earlier one of its name left behind.

import type { Incarnation, TenantId } from '../tenants/tenant.ts';

/** The table's own key and its time-to-live attribute (seconds since the epoch). */
export const tableKey = { partitionKey: 'PK', sortKey: 'SK', timeToLive: 'ExpiresAt' } as const;

/**
 * The global secondary indexes: all KEYS_ONLY, all sparse. Their partition is the table's own, `T#acme.t1a2b3#USER`, so
 * that an item holds it once. lib/foundation/directory-table.ts creates them from this.
 */
export const indexes = {
  byName: { indexName: 'by-name', partitionKey: 'PK', sortKey: 'Name' },
  byExternalId: { indexName: 'by-external-id', partitionKey: 'PK', sortKey: 'ExternalId' },
  byEmail: { indexName: 'by-email', partitionKey: 'PK', sortKey: 'Email' },
} as const;

/**
 * An attribute of items that nobody acts on when they change: the stream's event source mapping passes them over
 * (lib/pipeline/change-pipeline.ts).
 */
export const silent = { Silent: true } as const;

/** The sort key of an item that is alone in its partition. */
const ALONE = '#';

/** What belongs to a tenant stands in partitions that begin so: `T#acme.t1a2b3#`. */
const of = (tenant: Incarnation, kind: string) => `T#${tenant}#${kind}`;

/** Milliseconds as sort keys have them, in the order of time. */
const timeKey = (atMs: number) => String(atMs).padStart(13, '0');

/** The name of a resource type as keys carry it: `USER`, `GROUP`, and `TYPE#DEVICE` for one that a tenant defined. */
const typePart = (typeName: string) =>
  typeName === 'User' || typeName === 'Group' ? typeName.toUpperCase() : `TYPE#${typeName.toUpperCase()}`;

/** All resources of a type, by id: `T#acme.t1a2b3#USER` / `7d42…`; also their partition in the indexes. */
export const resourcesPK = (tenant: Incarnation, typeName: string) => of(tenant, typePart(typeName));

/**
 * A further entry of a resource in the indexes, behind all resources of its type, whose ids are hexadecimal:
 * `T#acme.t1a2b3#USER` / `~7d42…#second@acme.example`.
 */
export const entryKey = (tenant: Incarnation, typeName: string, id: string, value: string) => ({
  PK: resourcesPK(tenant, typeName),
  SK: `${ENTRIES_FROM}${id}#${value}`,
});
export const ENTRIES_FROM = '~';

/** The id in a sort key of that partition, of a resource or of an entry. */
export const idInEntry = (SK: string) => (SK.startsWith(ENTRIES_FROM) ? SK.slice(1, SK.indexOf('#')) : SK);

/** Who holds each value that is claimed among a type: `T#acme.t1a2b3#CLAIM#USER` / `userName#alice@acme.example`. */
export const claimsPK = (tenant: Incarnation, typeName: string) => of(tenant, `CLAIM#${typePart(typeName)}`);

/** The members of a group, by id: `T#acme.t1a2b3#MEMBER#<group id>` / `<member id>`. */
export const membersPK = (tenant: Incarnation, groupId: string) => of(tenant, `MEMBER#${groupId}`);

/** The same membership under its member: `T#acme.t1a2b3#OF#<member id>` / `<group id>`. */
export const groupsOfPK = (tenant: Incarnation, memberId: string) => of(tenant, `OF#${memberId}`);

/** Groups that are members of groups: `T#acme.t1a2b3#NESTED` / `<group id>#<member id>`. */
export const nestedKey = (tenant: Incarnation, groupId: string, memberId: string) => ({
  PK: nestedPK(tenant),
  SK: `${groupId}#${memberId}`,
});
export const nestedPK = (tenant: Incarnation) => of(tenant, 'NESTED');

/** Where the page that starts at an index continues: `T#acme.t1a2b3#PAGE#USER` / `100#201`. */
export const pageMarkKey = (tenant: Incarnation, typeName: string, count: number, startIndex: number) => ({
  PK: pageMarksPK(tenant, typeName),
  SK: `${count}#${startIndex}`,
});
export const pageMarksPK = (tenant: Incarnation, typeName: string) =>
  of(tenant, `PAGE#${typePart(typeName)}`);

/** How many resources of a type there are: `T#acme.t1a2b3#COUNT` / `USER`. */
export const counterKey = (tenant: Incarnation, typeName: string) => ({
  PK: countersPK(tenant),
  SK: typePart(typeName),
});
export const countersPK = (tenant: Incarnation) => of(tenant, 'COUNT');

/** That a change is in the counter already: `T#acme.t1a2b3#COUNTED` / `<id of the change>`. */
export const countedKey = (tenant: Incarnation, changeId: string) => ({
  PK: countedPK(tenant),
  SK: changeId,
});
export const countedPK = (tenant: Incarnation) => of(tenant, 'COUNTED');

/** Since when a change cannot be followed: `T#acme.t1a2b3#FAILING` / `<id of the change>`. */
export const failingKey = (tenant: Incarnation, changeId: string) => ({
  PK: failingPK(tenant),
  SK: changeId,
});
export const failingPK = (tenant: Incarnation) => of(tenant, 'FAILING');

/** The resources that were deleted lately, by time: `T#acme.t1a2b3#GONE` / `1795306341546#7d42…`. */
export const tombstoneKey = (tenant: Incarnation, atMs: number, id: string) => ({
  PK: tombstonesPK(tenant),
  SK: `${tombstonesFrom(atMs)}${id}`,
});
export const tombstonesPK = (tenant: Incarnation) => of(tenant, 'GONE');
export const tombstonesFrom = (atMs: number) => `${timeKey(atMs)}#`;

/** That a group is being created with members: `T#acme.t1a2b3#PENDING` / `<group id>`. */
export const pendingKey = (tenant: Incarnation, groupId: string) => ({ PK: pendingPK(tenant), SK: groupId });
export const pendingPK = (tenant: Incarnation) => of(tenant, 'PENDING');

/** How far the members that a group was created with are published: `T#acme.t1a2b3#BORN` / `<group id>`. */
export const bornKey = (tenant: Incarnation, groupId: string) => ({ PK: bornPK(tenant), SK: groupId });
export const bornPK = (tenant: Incarnation) => of(tenant, 'BORN');

/** Who writes the whole list of a group's members: `T#acme.t1a2b3#LEASE` / `<group id>`. */
export const leaseKey = (tenant: Incarnation, groupId: string) => ({ PK: leasesPK(tenant), SK: groupId });
export const leasesPK = (tenant: Incarnation) => of(tenant, 'LEASE');

/** The costly requests of the tenant that run now: `T#acme.t1a2b3#WORK` / `#`. */
export const workKey = (tenant: Incarnation) => ({ PK: workPK(tenant), SK: ALONE });
export const workPK = (tenant: Incarnation) => of(tenant, 'WORK');

/** What is set for a tenant, in one partition that is read as a whole: `T#acme.t1a2b3#SETTINGS`. */
export const settingsPK = (tenant: Incarnation) => of(tenant, 'SETTINGS');

/** Whether the tenant is served; a tenant that is gone has none: `T#acme.t1a2b3#SETTINGS` / `STATE`. */
export const stateKey = (tenant: Incarnation) => ({ PK: settingsPK(tenant), SK: STATE_SK });
export const STATE_SK = 'STATE';

/** A schema that the tenant added: `T#acme.t1a2b3#SETTINGS` / `SCHEMA#urn:acme:params:scim:schemas:Device`. */
export const schemaKey = (tenant: Incarnation, urn: string) => ({
  PK: settingsPK(tenant),
  SK: `SCHEMA#${urn}`,
});

/** Where the tenant's events are posted: `T#acme.t1a2b3#SETTINGS` / `WEBHOOK`. */
export const webhookKey = (tenant: Incarnation) => ({ PK: settingsPK(tenant), SK: WEBHOOK_SK });
const WEBHOOK_SK = 'WEBHOOK';

/** That requests are refused to all tenants: `DEPLOYMENT` / `SWITCH`. */
export const deploymentSwitchKey = { PK: 'DEPLOYMENT', SK: 'SWITCH' } as const;

/** Written each minute, so that a stream that stopped is seen although nobody writes: `DEPLOYMENT` / `CANARY`. */
export const canaryKey = { PK: 'DEPLOYMENT', SK: 'CANARY' } as const;

/** When a tenant's tokens were last used: `T#acme.t1a2b3#ACTIVITY` / `#`. */
export const activityKey = (tenant: Incarnation) => ({ PK: activityPK(tenant), SK: ALONE });
export const activityPK = (tenant: Incarnation) => of(tenant, 'ACTIVITY');

/** What was changed and refused, by time: `T#acme.t1a2b3#LOG` / `1795306341546#<request id>#0`. */
export const logKey = (tenant: Incarnation, atMs: number, requestId: string, index: number) => ({
  PK: logPK(tenant),
  SK: `${logFrom(atMs)}#${requestId}#${index}`,
});
export const logPK = (tenant: Incarnation) => of(tenant, 'LOG');
export const logFrom = timeKey;

/**
 * Events that the tenant's webhook has not taken, by the time since which they wait: `T#acme.t1a2b3#BACKLOG` /
 * `1795306341546#<event id>`.
 */
export const backlogKey = (tenant: Incarnation, sinceMs: number, eventId: string) => ({
  PK: backlogPK(tenant),
  SK: `${timeKey(sinceMs)}#${eventId}`,
});
export const backlogPK = (tenant: Incarnation) => of(tenant, 'BACKLOG');

/** Webhooks that did not take everything, and when they are tried again: `RETRY` / `acme.t1a2b3`. */
export const retryKey = (tenant: Incarnation) => ({ PK: RETRIES_PK, SK: tenant });
export const RETRIES_PK = 'RETRY';

/** All tenants: `TENANT` / `acme`. */
export const tenantKey = (tenant: TenantId) => ({ PK: TENANTS_PK, SK: tenant });
export const TENANTS_PK = 'TENANT';

/** Tenants whose deletion has ended lately, to be swept once more: `GRAVE` / `acme.t1a2b3`. */
export const graveKey = (tenant: Incarnation) => ({ PK: GRAVES_PK, SK: tenant });
export const GRAVES_PK = 'GRAVE';
