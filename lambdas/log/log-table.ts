// The items of the provisioning log: one small item per change or refusal, in chronological order, which expires.

import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { bestEffort } from '../platform/best-effort.ts';
import { readEnvironment } from '../platform/environment.ts';
import { batchWrite } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { logFrom, logKey, logPK, unfollowed } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { type Ids, type LogEntry, type Names, shortName, withinOneUnit } from './entry.ts';

const { LOG_DAYS: keptDays } = readEnvironment({
  LOG_DAYS: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), '30'),
});

/** Writes one entry: one write unit. Rejects after 250 ms. */
export const putLogEntry = async (tenant: Incarnation, entry: LogEntry): Promise<void> => {
  const put = new PutCommand({ TableName: tableName, Item: toItem(tenant, entry, 0) });
  await bestEffort((options) => documents.send(put, options));
};

/** Writes the entries of one request: one write unit each. Rejects if a batch of 25 takes longer than 250 ms. */
export const putLogEntries = (tenant: Incarnation, entries: readonly LogEntry[]): Promise<void> =>
  batchWrite(
    entries.map((entry, index) => ({ PutRequest: { Item: toItem(tenant, entry, index) } })),
    bestEffort,
  );

const toItem = (tenant: Incarnation, { at, requestId, ...rest }: LogEntry, index: number) => ({
  ...logKey(tenant, at, requestId, index),
  ...unfollowed,
  Id: requestId,
  Entry: withinOneUnit(rest),
  ExpiresAt: Math.ceil(at / 1000) + keptDays * 24 * 60 * 60,
});

type StoredEntry = Omit<LogEntry, 'at' | 'requestId'>;

/** With the members in a fixed order, because a map in the table has none and `--json` prints it. */
const fromItem = ({ SK, Id, Entry }: Record<string, unknown>): LogEntry => {
  const { keyId, operation, status, type, id, name, path, previousName, ...more } = Entry as StoredEntry;
  const { scimType, detail, attributes, moreAttributes } = more;
  const [added, removed] = [inOrder(more.added), inOrder(more.removed)];
  const [sameName, undeclared, leftOut] = [more.sameName, more.undeclared, more.leftOut].map(namesInOrder);
  return {
    ...{ at: Number.parseInt(String(SK), 10), requestId: String(Id), operation, status, scimType, detail },
    ...{
      type,
      id,
      name,
      previousName,
      path,
      attributes,
      moreAttributes,
      sameName,
      undeclared,
      leftOut,
      added,
      removed,
      keyId,
    },
  };
};

const inOrder = (list: Ids | undefined): Ids | undefined => list && { count: list.count, ids: list.ids };

const namesInOrder = (list: Names | undefined): Names | undefined =>
  list && { count: list.count, names: list.names };

/** Filters; all must match. */
interface LogQuery {
  /** Not older than this, in milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
  readonly requestId?: string | undefined;
  /** Only entries with a status of 400 or higher. */
  readonly failed?: boolean | undefined;
  /** About this resource, or about its memberships. */
  readonly about?: LogSubject | undefined;
}

/** A resource, by its type and any of its ids or its name. */
export interface LogSubject {
  readonly type: string;
  readonly ids: readonly string[];
  readonly name: string;
}

/** Entries in one page of an unfiltered query. */
const PAGE_SIZE = 200;

/**
 * The matching entries in pages, newest first, strongly consistent. Filters save no reads: DynamoDB applies them after
 * reading. `now` in milliseconds.
 */
export const walkLog = async function* (
  tenant: Incarnation,
  query: LogQuery,
  now: number,
): AsyncGenerator<LogEntry[], void, void> {
  const { conditions, names, values } = conditionsOf(query);
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk AND SK >= :from',
        FilterExpression: ['ExpiresAt > :now', ...conditions].join(' AND '),
        // DynamoDB rejects placeholders, or an empty map of them, that no expression uses.
        ...(names.length > 0 && {
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        }),
        ExpressionAttributeValues: {
          ':pk': logPK(tenant),
          ':from': logFrom(query.sinceMs ?? 0),
          ':now': Math.floor(now / 1000),
          ...values,
        },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: conditions.length === 0 ? PAGE_SIZE : undefined,
        ExclusiveStartKey: start,
      }),
    );
    yield (page.Items ?? []).map(fromItem);
    start = page.LastEvaluatedKey;
  } while (start);
};

interface Conditions {
  readonly conditions: readonly string[];
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

const conditionsOf = ({ requestId, failed, about }: LogQuery): Conditions => {
  const all = [
    ...(requestId === undefined ? [] : [is('Id = :request', [], { ':request': requestId })]),
    ...(failed ? [is('Entry.#status >= :refusal', ['status'], { ':refusal': 400 })] : []),
    ...(about ? [isAbout(about)] : []),
  ];
  return {
    conditions: all.flatMap(({ conditions }) => conditions),
    names: all.flatMap(({ names }) => names),
    values: Object.assign({}, ...all.map(({ values }) => values)),
  };
};

const is = (
  condition: string,
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Conditions => ({ conditions: [condition], names, values });

const isAbout = ({ type, ids, name }: LogSubject): Conditions => {
  const keys = ids.map((_, index) => `:id${index}`);
  const named = [
    'Entry.#name = :name',
    'Entry.#previousName = :name',
    'contains(Entry.#keys, :name)',
    ...keys.map((key) => `Entry.#id = ${key}`),
  ];
  const itself = `Entry.#type = :type AND (${named.join(' OR ')})`;
  const asMember = keys.flatMap((key) =>
    ['#added', '#removed'].map((list) => `contains(Entry.${list}.#ids, ${key})`),
  );
  return is(
    `(${[itself, ...asMember].join(' OR ')})`,
    ['type', 'name', 'previousName', 'keys', ...(ids.length > 0 ? ['id', 'added', 'removed', 'ids'] : [])],
    {
      ':type': type,
      ':name': shortName(name),
      ...Object.fromEntries(ids.map((id, index) => [keys[index], id])),
    },
  );
};
