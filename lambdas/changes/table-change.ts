// Reads a record of the table's stream: which kind of item changed, by its key, and how it was before and after.

import { createHash } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';
import * as v from 'valibot';
import { type Member, memberFrom } from '../resources/facets/members-table.ts';
import { fromItem } from '../resources/resource-item.ts';
import type { StoredResource } from '../resources/stored-resource.ts';
import { type Tombstone, tombstoneFrom } from '../resources/tombstones-table.ts';
import type { JsonObject } from '../scim/json.ts';
import { TENANTS_PK } from '../table/keys.ts';
import type { TableItem } from '../table/read.ts';
import { readImage } from '../table/stream-image.ts';
import type { Key } from '../table/transact.ts';
import { asIncarnation, type Incarnation, incarnationOf } from '../tenants/tenant.ts';

interface Origin {
  readonly tenant: Incarnation;
  /** Of the item. */
  readonly key: Key;
  /** Whether the item is there after the change. */
  readonly exists: boolean;
  /** The same whenever the record is delivered, and of no other record. */
  readonly changeId: string;
  /** Decimal; grows from change to change of one item. */
  readonly sequenceNumber: string;
  /** When the change was made, milliseconds since the epoch, exact to the second. */
  readonly atMs: number;
}

export interface ResourceTableChange extends Origin {
  readonly kind: 'resource';
  readonly typeName: string;
  readonly id: string;
  readonly before: StoredResource | undefined;
  readonly after: StoredResource | undefined;
  /** Whether only `resync` wrote it, to have it told again. */
  readonly resync: boolean;
}

export interface MembershipTableChange extends Origin {
  readonly kind: 'membership';
  readonly groupId: string;
  readonly member: Member;
  readonly existed: boolean;
  /** Whether the creation of the group wrote it: it is published with the group. */
  readonly born: boolean;
  readonly resync: boolean;
}

/** A tombstone was made, changed, or has expired. */
export interface TombstoneChange extends Origin {
  readonly kind: 'tombstone';
  readonly tombstone: Tombstone;
}

/** A note that a group is being created was made, or has expired. */
export interface PendingChange extends Origin {
  readonly kind: 'pending';
  readonly groupId: string;
}

/** A note of how far the members that a group was created with are published was made, changed or removed. */
export interface AnnouncementChange extends Origin {
  readonly kind: 'born';
  readonly groupId: string;
  /** Which life of the group the note is of. */
  readonly life: number;
  /** The id of the last member that was published. */
  readonly after: string;
}

export interface TenantChange extends Origin {
  readonly kind: 'tenant';
  readonly wasActive: boolean;
  readonly isActive: boolean;
}

/** A change of any other item; it only matters when its tenant is gone. */
export interface OtherChange extends Origin {
  readonly kind: 'other';
}

export type TableChange =
  | ResourceTableChange
  | MembershipTableChange
  | TombstoneChange
  | PendingChange
  | AnnouncementChange
  | TenantChange
  | OtherChange;

interface Images {
  readonly before: TableItem | undefined;
  readonly after: TableItem | undefined;
}

const record = v.object({
  eventID: v.string(),
  dynamodb: v.object({
    SequenceNumber: v.pipe(v.string(), v.regex(/^\d+$/)),
    ApproximateCreationDateTime: v.number(),
    Keys: v.object({ PK: v.object({ S: v.string() }), SK: v.object({ S: v.string() }) }),
  }),
});

const resourceItem = v.looseObject({
  PK: v.string(),
  SK: v.string(),
  Version: v.number(),
  Created: v.number(),
  Modified: v.number(),
  Attributes: v.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
});

const memberItem = v.looseObject({ SK: v.string(), Type: v.picklist(['User', 'Group']) });

/**
 * The change that `streamRecord` tells of; undefined for items that nobody acts on. Throws for an item that this code would
 * never write: no redelivery makes it readable.
 */
export const readTableChange = (streamRecord: DynamoDBRecord): TableChange | undefined => {
  const { eventID, dynamodb } = v.parse(record, streamRecord);
  const key = { PK: dynamodb.Keys.PK.S, SK: dynamodb.Keys.SK.S };
  const images = {
    before: readImage(streamRecord.dynamodb?.OldImage),
    after: readImage(streamRecord.dynamodb?.NewImage),
  };
  if ((images.after ?? images.before)?.Silent === true) return undefined;
  const [prefix, tenantPart, kind = '', ...rest] =
    key.PK === TENANTS_PK ? ['T', tenantIn(key, images), 'TENANT'] : key.PK.split('#');
  const tenant = prefix === 'T' ? asIncarnation(tenantPart) : undefined;
  if (!tenant) return undefined;
  const origin = {
    tenant,
    key,
    exists: images.after !== undefined,
    changeId: changeIdOf(streamRecord.eventSourceARN, eventID),
    sequenceNumber: dynamodb.SequenceNumber,
    atMs: dynamodb.ApproximateCreationDateTime * 1000,
  };
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  return read ? read({ origin, rest, ...images }) : { ...origin, kind: 'other' };
};

const tenantIn = ({ SK }: Key, { before, after }: Images): string =>
  incarnationOf(SK, (after ?? before)?.Incarnation) ?? '';

/** The same whenever the record comes. An event id of DynamoDB is unique in a stream; those of an emulator count from 1. */
const changeIdOf = (streamArn: string | undefined, eventId: string): string =>
  createHash('sha256').update(`${streamArn}#${eventId}`).digest('hex').slice(0, 32);

interface RecordParts extends Images {
  readonly origin: Origin;
  /** The parts of the partition key behind the kind. */
  readonly rest: readonly string[];
}

type Reader = (parts: RecordParts) => TableChange | undefined;

const resourceReader =
  (typeNameOf: (rest: readonly string[]) => string): Reader =>
  ({ origin, rest, before, after }) => ({
    ...origin,
    kind: 'resource',
    typeName: typeNameOf(rest),
    id: origin.key.SK,
    before: before && fromItem(v.parse(resourceItem, before)),
    after: after && fromItem(v.parse(resourceItem, after)),
    resync: isResync({ before, after }),
  });

/** By the part of the partition key that says what an item is; keys.ts has an example of each. */
const readers: Readonly<Record<string, Reader>> = {
  USER: resourceReader(() => 'User'),
  GROUP: resourceReader(() => 'Group'),
  TYPE: resourceReader(([name = '']) => name),
  MEMBER: ({ origin, rest: [groupId = ''], before, after }) => {
    const item = v.parse(memberItem, after ?? before);
    return {
      ...origin,
      kind: 'membership',
      groupId,
      member: memberFrom(item),
      existed: before !== undefined,
      born: item.Born === true,
      resync: isResync({ before, after }),
    };
  },
  GONE: ({ origin, before, after }) => ({
    ...origin,
    kind: 'tombstone',
    tombstone: tombstoneFrom({ ...origin.key, ...(after ?? before) }),
  }),
  PENDING: ({ origin }) => ({ ...origin, kind: 'pending', groupId: origin.key.SK }),
  BORN: ({ origin, before, after }) => ({
    ...origin,
    kind: 'born',
    groupId: origin.key.SK,
    life: Number((after ?? before)?.Life ?? 1),
    after: String((after ?? before)?.After ?? ''),
  }),
  TENANT: ({ origin, before, after }) => ({
    ...origin,
    kind: 'tenant',
    wasActive: isActive(before),
    isActive: isActive(after),
  }),
};

/** From the completion of its creation until it is gone. */
const isActive = (item: TableItem | undefined) => item?.Completed === true;

const isResync = ({ before, after }: Images) =>
  after?.Resync !== undefined && before !== undefined && after.Resync !== before.Resync;
