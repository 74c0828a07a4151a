// What a record of the table's stream says: which item changed, read back by its key, before and after.

import { createHash } from 'node:crypto';
import type { AttributeValue as Value } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as v from 'valibot';
import { asIncarnation, type Incarnation, incarnationOf } from '../tenants/tenant.ts';
import type { JsonObject } from '../scim/json.ts';
import { TENANTS_PK } from '../table/keys.ts';
import type { Member } from './members.ts';
import { fromItem, type StoredResource } from './resources.ts';

interface Origin {
  readonly tenant: Incarnation;
  /** The same whenever the record is delivered, and of no other record. */
  readonly changeId: string;
  /** Decimal; grows from change to change of one item. */
  readonly sequenceNumber: string;
  /** When the change was made, milliseconds since the epoch, exact to the second. */
  readonly atMs: number;
}

export interface ResourceChange extends Origin {
  readonly kind: 'resource';
  readonly typeName: string;
  readonly id: string;
  readonly before: StoredResource | undefined;
  readonly after: StoredResource | undefined;
  /** Whether nothing was asked for but to be told of it again. */
  readonly resync: boolean;
}

export interface MembershipChange extends Origin {
  readonly kind: 'membership';
  readonly groupId: string;
  readonly member: Member;
  readonly was: boolean;
  readonly is: boolean;
  readonly resync: boolean;
}

/** A note that a resource left (store/departures.ts) was made, changed, or has expired. */
export interface DepartureChange extends Origin {
  readonly kind: 'departure';
  readonly id: string;
  readonly leftAtMs: number;
}

/** A note that a group was not there yet was made, changed, or has expired. */
export interface UnbornChange extends Origin {
  readonly kind: 'unborn';
  readonly groupId: string;
  readonly expired: boolean;
}

export interface TenantChange extends Origin {
  readonly kind: 'tenant';
  readonly was: boolean;
  readonly is: boolean;
}

export type TableChange = ResourceChange | MembershipChange | DepartureChange | UnbornChange | TenantChange;

interface Images {
  readonly before: Record<string, unknown> | undefined;
  readonly after: Record<string, unknown> | undefined;
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
  LastModified: v.number(),
  Attributes: v.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
});

const memberItem = v.object({ Type: v.picklist(['User', 'Group']) });

/**
 * The change that `streamRecord` tells of; undefined for items that nobody acts on. Throws for a record that is not what
 * this code writes: it can never be understood, however often it is delivered.
 */
export const readTableChange = (streamRecord: DynamoDBRecord): TableChange | undefined => {
  const { eventID, dynamodb } = v.parse(record, streamRecord);
  const [PK, SK] = [dynamodb.Keys.PK.S, dynamodb.Keys.SK.S];
  const images = {
    before: readImage(streamRecord.dynamodb?.OldImage),
    after: readImage(streamRecord.dynamodb?.NewImage),
  };
  const letters = (images.after ?? images.before)?.Incarnation;
  const [prefix, tenantPart, kind = '', ...rest] =
    PK === TENANTS_PK ? ['T', incarnationOf(SK, letters) ?? '', 'TENANT'] : PK.split('#');
  const tenant = prefix === 'T' ? asIncarnation(tenantPart) : undefined;
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!tenant || !read) return undefined;
  const origin = {
    tenant,
    changeId: hash(`${streamRecord.eventSourceARN}#${eventID}`),
    sequenceNumber: dynamodb.SequenceNumber,
    atMs: dynamodb.ApproximateCreationDateTime * 1000,
  };
  return read({ origin, SK, rest, ...images });
};

/** An event id of DynamoDB is unique in a stream; those of an emulator count from 1. */
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

const readImage = (image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']) =>
  image && unmarshall(image as Record<string, Value>);

interface RecordParts extends Images {
  readonly origin: Origin;
  readonly SK: string;
  /** The parts of the partition key behind the kind. */
  readonly rest: readonly string[];
}

type Reader = (parts: RecordParts) => TableChange | undefined;

const resourceReader =
  (typeNameOf: (rest: readonly string[]) => string): Reader =>
  ({ origin, SK, rest, before, after }) => ({
    ...origin,
    kind: 'resource',
    typeName: typeNameOf(rest),
    id: SK,
    before: before && fromItem(v.parse(resourceItem, before)),
    after: after && fromItem(v.parse(resourceItem, after)),
    resync: isResync({ before, after }),
  });

/** By the part of the partition key that says what an item is; keys.ts has an example of each. */
const readers: Readonly<Record<string, Reader>> = {
  USER: resourceReader(() => 'User'),
  GROUP: resourceReader(() => 'Group'),
  TYPE: resourceReader(([name = '']) => name),
  MEMBER: ({ origin, SK, rest: [groupId = ''], before, after }) => ({
    ...origin,
    kind: 'membership',
    groupId,
    member: { id: SK, type: v.parse(memberItem, after ?? before).Type },
    was: before !== undefined,
    is: after !== undefined,
    resync: isResync({ before, after }),
  }),
  GONE: ({ origin, SK }) => {
    const [, at = '', id = ''] = /^(\d+)#(.*)$/.exec(SK) ?? [];
    return { ...origin, kind: 'departure', id, leftAtMs: Number(at) };
  },
  PENDING: ({ origin, SK, after }) => ({
    ...origin,
    kind: 'unborn',
    groupId: SK,
    expired: after === undefined,
  }),
  TENANT: ({ origin, before, after }) => ({
    ...origin,
    kind: 'tenant',
    was: isThere(before),
    is: isThere(after),
  }),
};

/** One that is being created is not there yet; one that is being deleted still is. */
const isThere = (tenant: Record<string, unknown> | undefined) =>
  tenant !== undefined && tenant.State !== 'creating';

const isResync = ({ before, after }: Images) =>
  after?.Resync !== undefined && before !== undefined && after.Resync !== before.Resync;
