// Records of the table's stream that could not be followed, kept for two weeks, so that `redrive` follows them when the
// cause is fixed. What the changes function sets aside, and what Lambda gives up itself when a record is too old, are
// objects of the same form: Lambda's, with the event as text in `payload`.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html

import { createHash } from 'node:crypto';
import pMap from 'p-map';
import * as v from 'valibot';
import { asIncarnation, type Incarnation } from '../../tenants/tenant.ts';
import { putObject, readObject, removeObject, walkKeys } from './bucket.ts';

/** A record as Lambda hands it over, of which nothing is certain. */
export type StreamRecord = object;

/** `unreadable`: no item of ours. `failing`: our own code has broken on it for ten minutes. */
export type Reason = 'unreadable' | 'failing';

/** `tenant/acme.t1a2b3/000…4710.7d42….json`: in the order of the stream. */
const tenantsFolder = (tenant: Incarnation) => `tenant/${tenant}/`;

/** Records whose tenant cannot be told. */
const UNKNOWN = 'unknown/';

/** What Lambda puts there: `aws/lambda/<mapping>/<shard>/2026/11/28/2026-11-28T21.14.53-<uuid>`. */
const LAMBDAS_OWN = 'aws/lambda/';

/** A sequence number of DynamoDB has up to 40 digits. */
const SEQUENCE_DIGITS = 40;

const keyed = v.object({ dynamodb: v.object({ Keys: v.object({ PK: v.object({ S: v.string() }) }) }) });
const ordered = v.object({ dynamodb: v.object({ SequenceNumber: v.pipe(v.string(), v.regex(/^\d+$/)) }) });

/** Keeps the record; whoever does so again writes the same object. `at` in milliseconds. */
export const setAside = (record: StreamRecord, reason: Reason, at: number): Promise<void> =>
  putObject(
    keyOf(record),
    JSON.stringify({
      version: '1.0',
      timestamp: new Date(at).toISOString(),
      requestContext: { condition: reason },
      payload: eventOf([record]),
    }),
  );

const eventOf = (Records: readonly StreamRecord[]) => JSON.stringify({ Records });

/** Whose item the record is of, by the item's key; undefined when the key says nothing. */
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

/** An object, and the records in it. */
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

/** All that is set aside: of each tenant in the order of the stream, then what Lambda gave up. */
export async function* walkSetAside(): AsyncGenerator<SetAside, void, void> {
  for (const prefix of ['tenant/', UNKNOWN, LAMBDAS_OWN]) yield* walk(prefix);
}

async function* walk(prefix: string): AsyncGenerator<SetAside, void, void> {
  // The list first: whoever is told of an object may remove it.
  for (const key of (await Array.fromAsync(walkKeys(prefix))).flat()) {
    const text = await readObject(key);
    if (text !== undefined) yield { key, records: recordsIn(text) };
  }
}

/** None in an object that somebody else put there. */
const recordsIn = (text: string): readonly StreamRecord[] => {
  const read = v.safeParse(invocation, text);
  return read.success ? read.output.payload.Records : [];
};

/** What was followed after all is kept no longer. */
export const forgetSetAside = ({ key }: Pick<SetAside, 'key'>): Promise<void> => removeObject(key);

/** After an outage of a day Lambda may have left thousands of objects, and a sweep has a minute. */
const PARALLEL_CALLS = 16;

/**
 * Removes every record of the tenant. An object of Lambda's may have those of several tenants, and loses the records of
 * this one; what is left of the object is written anew. Repeatable.
 */
export const eraseSetAside = async (tenant: Incarnation): Promise<void> => {
  for await (const keys of walkKeys(tenantsFolder(tenant))) {
    await pMap(keys, removeObject, { concurrency: PARALLEL_CALLS });
  }
  for (const prefix of [UNKNOWN, LAMBDAS_OWN]) {
    for await (const keys of walkKeys(prefix)) {
      await pMap(keys, (key) => takeOut(tenant, key), { concurrency: PARALLEL_CALLS });
    }
  }
};

const takeOut = async (tenant: Incarnation, key: string): Promise<void> => {
  const text = (await readObject(key)) ?? '';
  const records = recordsIn(text);
  // Nobody can tell whose else such an object is.
  if (records.length === 0 && mentions(text, tenant)) return removeObject(key);
  const others = records.filter((record) => !isOf(record, tenant));
  if (others.length === records.length) return;
  if (others.length === 0) return removeObject(key);
  await putObject(key, JSON.stringify({ version: '1.0', payload: eventOf(others) }));
};

/**
 * Whether the record is of the tenant: its key says so, or, where that says nothing, anything in it. `eu-acme.t1a2b3` is not
 * `acme.t1a2b3`, and what a customer wrote into a value may be both.
 */
const isOf = (record: StreamRecord, tenant: Incarnation): boolean => {
  const known = tenantOfRecord(record);
  if (known) return known === tenant;
  return mentions(JSON.stringify(record), tenant);
};

const mentions = (text: string, tenant: Incarnation): boolean =>
  new RegExp(`(?<![a-z0-9-])${RegExp.escape(tenant)}(?![0-9a-z])`).test(text);
