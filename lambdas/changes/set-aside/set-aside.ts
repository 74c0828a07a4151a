// Stream records that could not be processed, kept for two weeks, so that `redrive` can process them once the cause is
// fixed. Records set aside by the changes function and records that Lambda discards as too old are stored in the same form,
// Lambda's: the event as JSON text in `payload`.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html

import { createHash } from 'node:crypto';
import pMap from 'p-map';
import * as v from 'valibot';
import { timestamp } from '../../platform/clock.ts';
import { asIncarnation, type Incarnation } from '../../platform/tenant.ts';
import { putObject, readObject, removeObject, walkKeys } from './bucket.ts';

/** A record as Lambda delivers it, not validated. */
export type StreamRecord = object;

/** `unreadable`: not an item of ours. `failing`: our own code has been failing on it for ten minutes. */
export type Reason = 'unreadable' | 'failing';

/** `tenant/acme.t1a2b3/000…4710.7d42….json`: in the order of the stream. */
const tenantsFolder = (tenant: Incarnation) => `tenant/${tenant}/`;

/** Records whose tenant is unknown. */
const UNKNOWN = 'unknown/';

/** Objects that Lambda writes: `aws/lambda/<mapping>/<shard>/2026/11/28/2026-11-28T21.14.53-<uuid>`. */
const LAMBDAS_OWN = 'aws/lambda/';

/** A sequence number of DynamoDB has up to 40 digits. */
const SEQUENCE_DIGITS = 40;

const keyed = v.object({ dynamodb: v.object({ Keys: v.object({ PK: v.object({ S: v.string() }) }) }) });
const ordered = v.object({ dynamodb: v.object({ SequenceNumber: v.pipe(v.string(), v.regex(/^\d+$/)) }) });

/** Stores the record; idempotent, because its key is derived from it. `nowMs` in milliseconds since the epoch. */
export const setAside = (record: StreamRecord, reason: Reason, nowMs: number): Promise<void> =>
  putObject(
    keyOf(record),
    JSON.stringify({
      version: '1.0',
      timestamp: timestamp(nowMs),
      requestContext: { condition: reason },
      payload: eventOf([record]),
    }),
  );

const eventOf = (Records: readonly StreamRecord[]) => JSON.stringify({ Records });

/** The tenant of the changed item, by its key; undefined when the key names none. */
export const tenantOfRecord = (record: StreamRecord): Incarnation | undefined => {
  const read = v.safeParse(keyed, record);
  return read.success ? asIncarnation(read.output.dynamodb.Keys.PK.S.split('#')[1]) : undefined;
};

const keyOf = (record: StreamRecord): string => {
  const { eventID, eventSourceARN } = record as Readonly<Record<string, unknown>>;
  const identity = typeof eventID === 'string' ? `${eventSourceARN}#${eventID}` : JSON.stringify(record);
  const id = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  const tenant = tenantOfRecord(record);
  const folder = tenant ? tenantsFolder(tenant) : UNKNOWN;
  const numbered = v.safeParse(ordered, record);
  const number = numbered.success ? numbered.output.dynamodb.SequenceNumber : '';
  return `${folder}${number.padStart(SEQUENCE_DIGITS, '0')}.${id}.json`;
};

/** A stored object, and the records in it. */
export interface SetAside {
  readonly key: string;
  readonly records: readonly StreamRecord[];
}

const event = v.object({ Records: v.array(v.looseObject({})) });
const invocation = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ payload: v.union([v.pipe(v.string(), v.parseJson(), event), event]) }),
);

/** Everything set aside: each tenant's records in stream order, then those that Lambda discarded. */
export async function* walkSetAside(): AsyncGenerator<SetAside, void, void> {
  for (const prefix of ['tenant/', UNKNOWN, LAMBDAS_OWN]) yield* walk(prefix);
}

async function* walk(prefix: string): AsyncGenerator<SetAside, void, void> {
  // List before yielding: the caller may delete objects on the way.
  for (const key of (await Array.fromAsync(walkKeys(prefix))).flat()) {
    const text = await readObject(key);
    if (text !== undefined) yield { key, records: recordsIn(text) };
  }
}

/** Empty for an object in another format. */
const recordsIn = (text: string): readonly StreamRecord[] => {
  const read = v.safeParse(invocation, text);
  return read.success ? read.output.payload.Records : [];
};

/** Deletes the object, once its records have been processed. */
export const deleteSetAside = ({ key }: Pick<SetAside, 'key'>): Promise<void> => removeObject(key);

/** A day's outage may leave thousands of objects, and a sweep has a minute. */
const PARALLEL_CALLS = 16;

/**
 * Deletes every record of the tenant. An object written by Lambda may hold records of several tenants: it is rewritten
 * without those of this one. Idempotent.
 */
export const eraseSetAside = async (tenant: Incarnation): Promise<void> => {
  for await (const keys of walkKeys(tenantsFolder(tenant))) {
    await pMap(keys, removeObject, { concurrency: PARALLEL_CALLS });
  }
  for (const prefix of [UNKNOWN, LAMBDAS_OWN]) {
    for await (const keys of walkKeys(prefix)) {
      await pMap(keys, (key) => removeRecordsOf(tenant, key), { concurrency: PARALLEL_CALLS });
    }
  }
};

const removeRecordsOf = async (tenant: Incarnation, key: string): Promise<void> => {
  const text = (await readObject(key)) ?? '';
  const records = recordsIn(text);
  // Not parseable, but it mentions the tenant: its data must go, whatever else is in there.
  if (records.length === 0 && mentions(text, tenant)) return removeObject(key);
  const others = records.filter((record) => !isOf(record, tenant));
  if (others.length === records.length) return;
  if (others.length === 0) return removeObject(key);
  await putObject(key, JSON.stringify({ version: '1.0', payload: eventOf(others) }));
};

/**
 * Whether the record belongs to the tenant: by its key or, if that names no tenant, by any mention in it. A mention is the
 * whole name: `eu-acme.t1a2b3` is not `acme.t1a2b3`.
 */
const isOf = (record: StreamRecord, tenant: Incarnation): boolean => {
  const known = tenantOfRecord(record);
  if (known) return known === tenant;
  return mentions(JSON.stringify(record), tenant);
};

const mentions = (text: string, tenant: Incarnation): boolean =>
  new RegExp(`(?<![a-z0-9-])${RegExp.escape(tenant)}(?![0-9a-z])`).test(text);
