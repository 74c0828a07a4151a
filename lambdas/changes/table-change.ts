// Parses a record of the table's stream: which kind of item changed, by its key, and its state before and after.

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
  /** The key of the changed item. */
  readonly key: Key;
  /** Whether the item exists after the change. */
  readonly exists: boolean;
  /** Unique to the record, and the same each time it is delivered: 32 hexadecimal digits. */
  readonly changeId: string;
  /** DynamoDB's: decimal digits, increasing from change to change of one item. */
  readonly sequenceNumber: string;
  /** When the change was written, in milliseconds since the epoch, precise to the second. */
  readonly atMs: number;
}

/** A user, a group or a resource of a custom type was created, changed or deleted. */
export interface ResourceTableChange extends Origin {
  readonly kind: 'resource';
  readonly typeName: string;
  readonly id: string;
  /** Undefined for a creation. */
  readonly before: StoredResource | undefined;
  /** Undefined for a deletion. */
  readonly after: StoredResource | undefined;
  /** The run of `resync` that wrote it, only to have its state published again. */
  readonly resyncId: string | undefined;
}

/** A membership was created or deleted, or written again by `resync`; one per membership, from the item under the group. */
export interface MembershipTableChange extends Origin {
  readonly kind: 'membership';
  readonly groupId: string;
  readonly member: Member;
  /** Whether the membership existed before the change. */
  readonly existed: boolean;
  /** Whether it was written with the creation of its group, and is published after the group instead of by this record. */
  readonly atCreation: boolean;
  /** The run of `resync` that wrote it, only to have it published again. */
  readonly resyncId: string | undefined;
}

/** A tombstone was written, updated, or has expired. */
export interface TombstoneChange extends Origin {
  readonly kind: 'tombstone';
  readonly tombstone: Tombstone;
}

/** The marker of a group that is being created was written, or has expired. */
export interface PendingChange extends Origin {
  readonly kind: 'pending';
  readonly groupId: string;
}

/** The progress of publishing a group's initial members was saved or deleted (publish-progress-table.ts). */
export interface PublishProgressChange extends Origin {
  /** As in the item's key; it appears in the log. */
  readonly kind: 'born';
  readonly groupId: string;
  /** Which life of the group it belongs to. */
  readonly life: number;
  /** The id of the last member that was published; empty before the first. */
  readonly after: string;
}

/** The item of a tenant was written or deleted. */
export interface TenantChange extends Origin {
  readonly kind: 'tenant';
  readonly wasActive: boolean;
  readonly isActive: boolean;
}

/** A change of any other item; relevant only when its tenant no longer exists. */
interface OtherChange extends Origin {
  readonly kind: 'other';
}

/** A change that followers act on, by the `kind` of its item. */
export type TableChange =
  | ResourceTableChange
  | MembershipTableChange
  | TombstoneChange
  | PendingChange
  | PublishProgressChange
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
 * The change in `streamRecord`; undefined for items that no follower acts on. Throws for an item that this code would never
 * write: redelivery cannot help.
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

/** DynamoDB's event ids are unique within a stream; an emulator's count from 1, so the ARN is part of the hash. */
const changeIdOf = (streamArn: string | undefined, eventId: string): string =>
  createHash('sha256').update(`${streamArn}#${eventId}`).digest('hex').slice(0, 32);

interface RecordParts extends Images {
  readonly origin: Origin;
  /** The parts of the partition key after the kind. */
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
    resyncId: resyncIdIn({ before, after }),
  });

/** By the kind in the partition key; table/keys.ts has an example of each. */
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
      atCreation: item.Born === true,
      resyncId: resyncIdIn({ before, after }),
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

/** From the completion of its creation until its item is deleted. */
const isActive = (item: TableItem | undefined) => item?.Completed === true;

const resyncIdIn = ({ before, after }: Images): string | undefined =>
  after?.Resync !== undefined && before !== undefined && after.Resync !== before.Resync
    ? String(after.Resync)
    : undefined;
