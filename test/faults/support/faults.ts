// What a store does to a call: the rows of the table that the tests hold answers against.

import type { DynamoDBCall, Fate, Reply } from '../../reports/support/dynamodb-proxy.ts';
import { isWriteLabel } from './calls.ts';

/** What the client is owed, by the kind of the fault. */
export type FaultClass = 'refuses' | 'cutsAfter' | 'silent';

export interface FaultKind {
  readonly name: string;
  readonly class: FaultClass;
  /** Whether it is a matter of this kind of items, as throttling of a partition is, or of the whole store. */
  readonly scope: 'kind' | 'store';
  readonly appliesTo: (label: string) => boolean;
  readonly fate: (call: DynamoDBCall) => Fate;
  /** In the short form too. */
  readonly short?: boolean;
  /** The store takes no connections: only tried lastingly, and by itself. */
  readonly refusesConnections?: boolean;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly times: 'once' | 'lasting';
}

const OF_DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';

const error = (name: string, status = 400, more: object = {}): Reply => ({
  status,
  body: {
    __type: `${OF_DYNAMODB}${name}`,
    message: 'The store falters.',
    Message: 'The store falters.',
    ...more,
  },
});

const any = () => true;
const ofDynamoDB = (label: string) => !label.includes('Secret');
const isTransaction = (label: string) => label.startsWith('TransactWrite');
const isSingleWrite = (label: string) => /^(?:Put|Update|Delete)Item/.test(label);
const isBatch = (label: string) => label.startsWith('Batch');

const cancelled = (reason: string) => (call: DynamoDBCall) => {
  const { TransactItems = [] } = JSON.parse(call.text) as { TransactItems?: unknown[] };
  const CancellationReasons = TransactItems.map((_, index) => ({
    Code: index === 0 ? reason : 'None',
    ...(index === 0 && { Message: 'The store falters.' }),
  }));
  return error('TransactionCanceledException', 400, { CancellationReasons });
};

const unprocessed = ({ operation, text }: DynamoDBCall): Reply => {
  const { RequestItems } = JSON.parse(text);
  return operation === 'BatchGetItem'
    ? { status: 200, body: { Responses: {}, UnprocessedKeys: RequestItems } }
    : { status: 200, body: { UnprocessedItems: RequestItems } };
};

const throttle = (name: string, more: Partial<FaultKind> = {}): FaultKind => ({
  name,
  class: 'refuses',
  scope: 'kind',
  appliesTo: ofDynamoDB,
  fate: () => error(name),
  ...more,
});

const cancel = (reason: string, more: Partial<FaultKind> = {}): FaultKind => ({
  name: `cancelled: ${reason}`,
  class: 'refuses',
  scope: 'kind',
  appliesTo: isTransaction,
  fate: cancelled(reason),
  ...more,
});

const kinds: readonly FaultKind[] = [
  throttle('ProvisionedThroughputExceededException', { short: true }),
  throttle('ThrottlingException', { appliesTo: any }),
  throttle('RequestLimitExceeded'),
  cancel('ThrottlingError', { short: true }),
  cancel('ProvisionedThroughputExceeded'),
  cancel('TransactionConflict', { short: true }),
  throttle('TransactionConflictException', { appliesTo: isSingleWrite, short: true }),
  throttle('TransactionInProgressException', { appliesTo: isTransaction }),
  {
    name: 'unprocessed',
    class: 'refuses',
    scope: 'kind',
    appliesTo: isBatch,
    fate: unprocessed,
    short: true,
  },
  {
    name: 'InternalServerError',
    class: 'refuses',
    scope: 'store',
    appliesTo: any,
    fate: () => error('InternalServerError', 500),
    short: true,
  },
  { name: 'reset', class: 'refuses', scope: 'store', appliesTo: any, fate: () => 'reset' },
  {
    name: 'cut before',
    class: 'refuses',
    scope: 'store',
    appliesTo: any,
    fate: () => 'cutBefore',
    short: true,
  },
  {
    name: 'refused',
    class: 'refuses',
    scope: 'store',
    appliesTo: any,
    fate: () => 'reset',
    refusesConnections: true,
  },
  {
    name: 'cut after',
    class: 'cutsAfter',
    scope: 'store',
    appliesTo: isWriteLabel,
    fate: () => 'cutAfter',
    short: true,
  },
  { name: 'silent', class: 'silent', scope: 'store', appliesTo: any, fate: () => 'silent', short: true },
  {
    name: 'silent after',
    class: 'silent',
    scope: 'store',
    appliesTo: isWriteLabel,
    fate: () => 'silentAfter',
  },
];

/** The faults of a call with this label. */
export const faultsOf = (label: string, short: boolean): readonly Fault[] =>
  kinds
    .filter((kind) => kind.appliesTo(label) && (kind.short || !short))
    .flatMap((kind) =>
      kind.refusesConnections
        ? [{ kind, times: 'lasting' } as const]
        : (['once', 'lasting'] as const).map((times) => ({ kind, times })),
    );

export const faultName = ({ kind, times }: Fault): string => `${kind.name}, ${times}`;
