// All keys of the table, each with an example. They begin with the tenant's incarnation, so that a tenant never sees items
// of an earlier one with the same name.

import type { Incarnation, TenantId } from '../platform/tenant.ts';

/** The table's primary key, and its time-to-live attribute (seconds since the epoch). */
export const tableKey = { partitionKey: 'PK', sortKey: 'SK', timeToLive: 'ExpiresAt' } as const;

/**
 * The global secondary indexes: all KEYS_ONLY, all sparse. Their partition key is the table's own, `T#acme.t1a2b3#USER`, so
 * that an item stores it once. lib/foundation/directory-table.ts creates them from this.
 */
export const indexes = {
  byName: { indexName: 'by-name', partitionKey: 'PK', sortKey: 'Name' },
  byExternalId: { indexName: 'by-external-id', partitionKey: 'PK', sortKey: 'ExternalId' },
  byEmail: { indexName: 'by-email', partitionKey: 'PK', sortKey: 'Email' },
} as const;

/** Marks items whose changes no follower acts on: the event source mapping filters them out (lib/pipeline/change-pipeline.ts). */
export const unfollowed = { Silent: true } as const;

/** The sort key of the only item in a partition. */
const ALONE = '#';

/** A partition of a tenant: `T#acme.t1a2b3#<kind>`. */
const of = (tenant: Incarnation, kind: string) => `T#${tenant}#${kind}`;

/** Milliseconds since the epoch, padded so that sort keys are in chronological order. */
const timeKey = (atMs: number) => String(atMs).padStart(13, '0');

/** A resource type as keys spell it: `USER`, `GROUP`, and `TYPE#DEVICE` for a custom type. */
const typePart = (typeName: string) =>
  typeName === 'User' || typeName === 'Group' ? typeName.toUpperCase() : `TYPE#${typeName.toUpperCase()}`;

/** All resources of a type, by id: `T#acme.t1a2b3#USER` / `7d42…`; also their partition in the indexes. */
export const resourcesPK = (tenant: Incarnation, typeName: string) => of(tenant, typePart(typeName));

/**
 * An additional index entry of a resource: `T#acme.t1a2b3#USER` / `~7d42…#second@acme.example`. Sorts after all resources of
 * the type, whose ids are hexadecimal.
 */
export const entryKey = (tenant: Incarnation, typeName: string, id: string, value: string) => ({
  PK: resourcesPK(tenant, typeName),
  SK: `${ENTRIES_FROM}${id}#${value}`,
});
/** The lowest sort key of these entries, and their prefix. */
export const ENTRIES_FROM = '~';

/** The resource id in a sort key of that partition, whether a resource's or an entry's. */
export const idInEntry = (SK: string) => (SK.startsWith(ENTRIES_FROM) ? SK.slice(1, SK.indexOf('#')) : SK);

/** Which resource of a type holds a unique value: `T#acme.t1a2b3#CLAIM#USER` / `userName#alice@acme.example`. */
export const claimsPK = (tenant: Incarnation, typeName: string) => of(tenant, `CLAIM#${typePart(typeName)}`);

/** A membership under its group, by member: `T#acme.t1a2b3#MEMBER#<group id>` / `<member id>`. */
export const membersPK = (tenant: Incarnation, groupId: string) => of(tenant, `MEMBER#${groupId}`);

/** The same membership under its member, by group: `T#acme.t1a2b3#OF#<member id>` / `<group id>`. */
export const groupsOfPK = (tenant: Incarnation, memberId: string) => of(tenant, `OF#${memberId}`);

/** A group that is a member of a group: `T#acme.t1a2b3#NESTED` / `<group id>#<member id>`. */
export const nestedKey = (tenant: Incarnation, groupId: string, memberId: string) => ({
  PK: nestedPK(tenant),
  SK: `${groupId}#${memberId}`,
});
/** All groups that are members of groups: `T#acme.t1a2b3#NESTED`. */
export const nestedPK = (tenant: Incarnation) => of(tenant, 'NESTED');

/** Where a page with this count and startIndex begins: `T#acme.t1a2b3#PAGE#USER` / `100#201`. */
export const pageMarkKey = (tenant: Incarnation, typeName: string, count: number, startIndex: number) => ({
  PK: pageMarksPK(tenant, typeName),
  SK: `${count}#${startIndex}`,
});
/** The page marks of a type: `T#acme.t1a2b3#PAGE#USER`. */
export const pageMarksPK = (tenant: Incarnation, typeName: string) =>
  of(tenant, `PAGE#${typePart(typeName)}`);

/** The number of resources of a type: `T#acme.t1a2b3#COUNT` / `USER`. */
export const counterKey = (tenant: Incarnation, typeName: string) => ({
  PK: countersPK(tenant),
  SK: typePart(typeName),
});
/** The counters of all types: `T#acme.t1a2b3#COUNT`. */
export const countersPK = (tenant: Incarnation) => of(tenant, 'COUNT');

/** A change that is already counted: `T#acme.t1a2b3#COUNTED` / `<change id>`. */
export const countedKey = (tenant: Incarnation, changeId: string) => ({
  PK: countedPK(tenant),
  SK: changeId,
});
/** All counted changes: `T#acme.t1a2b3#COUNTED`. */
export const countedPK = (tenant: Incarnation) => of(tenant, 'COUNTED');

/** Since when a change has been failing: `T#acme.t1a2b3#FAILING` / `<change id>`. */
export const failingKey = (tenant: Incarnation, changeId: string) => ({
  PK: failingPK(tenant),
  SK: changeId,
});
/** All failing changes: `T#acme.t1a2b3#FAILING`. */
export const failingPK = (tenant: Incarnation) => of(tenant, 'FAILING');

/** The tombstone of a deleted resource, by time: `T#acme.t1a2b3#GONE` / `1795306341546#7d42…`. */
export const tombstoneKey = (tenant: Incarnation, atMs: number, id: string) => ({
  PK: tombstonesPK(tenant),
  SK: `${tombstonesFrom(atMs)}${id}`,
});
/** All tombstones: `T#acme.t1a2b3#GONE`. */
export const tombstonesPK = (tenant: Incarnation) => of(tenant, 'GONE');
/** The lowest sort key of tombstones from this time on: `1795306341546#`. */
export const tombstonesFrom = (atMs: number) => `${timeKey(atMs)}#`;

/** The marker of a group that is being created with members: `T#acme.t1a2b3#PENDING` / `<group id>`. */
export const pendingKey = (tenant: Incarnation, groupId: string) => ({ PK: pendingPK(tenant), SK: groupId });
/** The markers of all pending groups: `T#acme.t1a2b3#PENDING`. */
export const pendingPK = (tenant: Incarnation) => of(tenant, 'PENDING');

/** How far the initial members of a group are published: `T#acme.t1a2b3#BORN` / `<group id>`. */
export const publishProgressKey = (tenant: Incarnation, groupId: string) => ({
  PK: publishProgressPK(tenant),
  SK: groupId,
});
/** The publish progress of all groups: `T#acme.t1a2b3#BORN`. */
export const publishProgressPK = (tenant: Incarnation) => of(tenant, 'BORN');

/** The lease for replacing all members of a group: `T#acme.t1a2b3#LEASE` / `<group id>`. */
export const leaseKey = (tenant: Incarnation, groupId: string) => ({ PK: leasesPK(tenant), SK: groupId });
/** All leases: `T#acme.t1a2b3#LEASE`. */
export const leasesPK = (tenant: Incarnation) => of(tenant, 'LEASE');

/** The tenant's expensive requests in progress: `T#acme.t1a2b3#WORK` / `#`. */
export const workKey = (tenant: Incarnation) => ({ PK: workPK(tenant), SK: ALONE });
/** The partition of that item: `T#acme.t1a2b3#WORK`. */
export const workPK = (tenant: Incarnation) => of(tenant, 'WORK');

/** The settings of a tenant, read as a whole: `T#acme.t1a2b3#SETTINGS`. */
export const settingsPK = (tenant: Incarnation) => of(tenant, 'SETTINGS');

/** Whether the tenant is open, paused or being deleted; missing for one that is gone: `T#acme.t1a2b3#SETTINGS` / `STATE`. */
export const stateKey = (tenant: Incarnation) => ({ PK: settingsPK(tenant), SK: STATE_SK });
/** The sort key of the state among the settings. */
export const STATE_SK = 'STATE';

/** A schema added to the tenant: `T#acme.t1a2b3#SETTINGS` / `SCHEMA#urn:acme:params:scim:schemas:Device`. */
export const schemaKey = (tenant: Incarnation, urn: string) => ({
  PK: settingsPK(tenant),
  SK: `SCHEMA#${urn}`,
});

/** A token that an operator has ended: `T#acme.t1a2b3#SETTINGS` / `ENDED#8bc27ca9-…`. */
export const endedTokenKey = (tenant: Incarnation, keyId: string) => ({
  PK: settingsPK(tenant),
  SK: `ENDED#${keyId}`,
});

/** The tenant's webhook: `T#acme.t1a2b3#SETTINGS` / `WEBHOOK`. */
export const webhookKey = (tenant: Incarnation) => ({ PK: settingsPK(tenant), SK: WEBHOOK_SK });
const WEBHOOK_SK = 'WEBHOOK';

/** Present while the whole deployment is paused: `DEPLOYMENT` / `SWITCH`. */
export const deploymentSwitchKey = { PK: 'DEPLOYMENT', SK: 'SWITCH' } as const;

/** Written every minute, to detect a stalled stream without traffic: `DEPLOYMENT` / `CANARY`. */
export const canaryKey = { PK: 'DEPLOYMENT', SK: 'CANARY' } as const;

/** When a tenant's tokens were last used: `T#acme.t1a2b3#ACTIVITY` / `#`. */
export const activityKey = (tenant: Incarnation) => ({ PK: activityPK(tenant), SK: ALONE });
/** The partition of that item: `T#acme.t1a2b3#ACTIVITY`. */
export const activityPK = (tenant: Incarnation) => of(tenant, 'ACTIVITY');

/** An entry of the provisioning log, by time: `T#acme.t1a2b3#LOG` / `1795306341546#<request id>#0`. */
export const logKey = (tenant: Incarnation, atMs: number, requestId: string, index: number) => ({
  PK: logPK(tenant),
  SK: `${logFrom(atMs)}#${requestId}#${index}`,
});
/** The provisioning log: `T#acme.t1a2b3#LOG`. */
export const logPK = (tenant: Incarnation) => of(tenant, 'LOG');
/** The lowest sort key of entries from this time on: `1795306341546`. */
export const logFrom = timeKey;

/** An event that the webhook has not accepted, by the time it was queued: `T#acme.t1a2b3#BACKLOG` / `1795306341546#<event id>`. */
export const backlogKey = (tenant: Incarnation, sinceMs: number, eventId: string) => ({
  PK: backlogPK(tenant),
  SK: `${timeKey(sinceMs)}#${eventId}`,
});
/** The webhook's backlog: `T#acme.t1a2b3#BACKLOG`. */
export const backlogPK = (tenant: Incarnation) => of(tenant, 'BACKLOG');

/** A recent delivery of the webhook, by the place that its event has: `T#acme.t1a2b3#DELIVERY` / `042`. */
export const deliveryKey = (tenant: Incarnation, place: number) => ({
  PK: deliveriesPK(tenant),
  SK: String(place).padStart(3, '0'),
});
/** The recent deliveries: `T#acme.t1a2b3#DELIVERY`. */
export const deliveriesPK = (tenant: Incarnation) => of(tenant, 'DELIVERY');

/** A webhook that did not accept everything, and its next retry: `RETRY` / `acme.t1a2b3`. */
export const retryKey = (tenant: Incarnation) => ({ PK: RETRIES_PK, SK: tenant });
/** The retries of all tenants. */
export const RETRIES_PK = 'RETRY';

/** A tenant: `TENANT` / `acme`. */
export const tenantKey = (tenant: TenantId) => ({ PK: TENANTS_PK, SK: tenant });
/** All tenants. */
export const TENANTS_PK = 'TENANT';

/** A deleted tenant, to be swept for late writes: `GRAVE` / `acme.t1a2b3`. */
export const graveKey = (tenant: Incarnation) => ({ PK: GRAVES_PK, SK: tenant });
/** All graves. */
export const GRAVES_PK = 'GRAVE';
