// Bulk requests and their answers (RFC 7644 §3.7): what a client may send, in which order it is done, what it is told.

import type { Change, Outcome } from '../change.ts';
import {
  invalidSyntax,
  payloadTooLarge,
  phrase,
  type ScimError,
  type Sentence,
  word,
} from '../errors/errors.ts';
import { hasMoreValuesThan, isObject, type Json, type JsonObject, valueNamed } from '../json.ts';
import { MAX_BODY_VALUES, MAX_BULK_OPERATIONS } from '../limits.ts';
import { decodeSegment, splitPath } from '../uri-path.ts';
import { findReferences, type Referring } from './references.ts';

export const BULK_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const BULK_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface BulkOperation extends Referring {
  readonly method: BulkMethod;
  /** Every creation has one, and no other creation of the request has the same. */
  readonly bulkId: string | undefined;
  /** The version that the client expects, like If-Match. */
  readonly version: string | undefined;
  /** The bulkIds that the path or the data refers to. */
  readonly references: ReadonlySet<string>;
}

export interface BulkRequest {
  /** After so many errors no further operation is begun; Infinity unless the client says so. */
  readonly failOnErrors: number;
  readonly operations: readonly BulkOperation[];
}

/** How one operation ended, as a request of its own would have. */
export interface BulkResult {
  readonly status: number;
  readonly location?: string | undefined;
  /** The entity tag. */
  readonly version?: string | undefined;
  readonly error?: ScimError;
  /** What it changed; not part of the answer. */
  readonly change?: Change | undefined;
}

/**
 * The request that `body` is. All of it is refused when it is malformed anywhere, before anything is done: a client that
 * composes such messages should learn it at once. Throws invalidSyntax, or payloadTooLarge naming the limit.
 */
export const parseBulkRequest = (body: JsonObject): BulkRequest => {
  // Nothing but a BulkRequest can be sent to /Bulk, so a missing `schemas` leaves no doubt; a different one does.
  const schemas = valueNamed(body, 'schemas') ?? [BULK_REQUEST_SCHEMA];
  if (!Array.isArray(schemas) || !schemas.some(isBulkRequestSchema)) {
    throw invalidSyntax(
      'bulkSchemaMissing',
    )`The schemas of a bulk request must contain ${word(BULK_REQUEST_SCHEMA)}.`;
  }
  const operations = valueNamed(body, 'Operations');
  if (!Array.isArray(operations)) {
    throw invalidSyntax('bulkOperationsMissing')`A bulk request needs Operations: a list of operations.`;
  }
  if (operations.length > MAX_BULK_OPERATIONS) {
    throw payloadTooLarge(
      'tooManyBulkOperations',
    )`A bulk request has at most ${MAX_BULK_OPERATIONS} operations (maxOperations); this one has ${operations.length}. Send several.`;
  }
  if (hasMoreValuesThan(MAX_BODY_VALUES, body)) {
    throw payloadTooLarge(
      'tooManyBulkValues',
    )`A bulk request has at most ${MAX_BODY_VALUES} values in its body. Send several.`;
  }
  const parsed = operations.map((operation, index) => parseOperation(operation, index + 1));
  refuseRepeatedBulkIds(parsed);
  return { failOnErrors: parseFailOnErrors(valueNamed(body, 'failOnErrors')), operations: parsed };
};

const isBulkRequestSchema = (schema: Json) =>
  typeof schema === 'string' && schema.toLowerCase() === BULK_REQUEST_SCHEMA.toLowerCase();

const parseFailOnErrors = (value: Json | undefined): number => {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw invalidSyntax(
    'failOnErrorsMalformed',
  )`failOnErrors is the number of errors to stop after: a whole number from 1 on.`;
};

const METHODS: readonly BulkMethod[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

const parseOperation = (operation: Json, number: number): BulkOperation => {
  const refuse: Sentence = (...problem) =>
    invalidSyntax('bulkOperationMalformed')`Operation ${number} of the bulk request ${phrase(...problem)}.`;
  if (!isObject(operation)) throw refuse`is not an object`;
  const text = (name: string): string | undefined => {
    const value = valueNamed(operation, name) ?? '';
    if (typeof value !== 'string') throw refuse`has a ${word(name)} that is not text`;
    return value === '' ? undefined : value;
  };
  const name = text('method')?.toUpperCase();
  const method = METHODS.find((candidate) => candidate === name);
  if (!method) throw refuse`needs a method: ${word(METHODS.join(', '))}`;
  const path = text('path');
  if (path === undefined) throw refuse`needs a path, such as /Users or /Users/7d42`;
  const bulkId = text('bulkId');
  if (method === 'POST' && bulkId === undefined) throw refuse`creates, so it needs a bulkId`;
  const data = method === 'DELETE' ? {} : valueNamed(operation, 'data');
  if (!isObject(data)) throw refuse`needs data: the body that the request would have by itself`;
  const referring = { method, path: splitPath(path).map(decodeSegment), data };
  return { ...referring, bulkId, version: text('version'), references: findReferences(referring) };
};

const refuseRepeatedBulkIds = (operations: readonly BulkOperation[]): void => {
  const creations = operations.filter(({ method }) => method === 'POST');
  if (creationsOf(operations).size === creations.length) return;
  throw invalidSyntax(
    'bulkIdRepeated',
  )`Several creations of the bulk request have the same bulkId; it must be unique.`;
};

/** The operations that create something, by bulkId: what references can mean. */
export const creationsOf = (operations: readonly BulkOperation[]): ReadonlyMap<string, BulkOperation> =>
  new Map(
    operations.flatMap((operation) =>
      operation.method === 'POST' && operation.bulkId !== undefined ? [[operation.bulkId, operation]] : [],
    ),
  );

/**
 * The operations in the order in which they are done: that of the request, but for creations that an earlier operation
 * refers to, which come just before it (RFC 7644 §3.7 lets a service provider reorder as long as the outcome is what the
 * client meant). So nothing but creations ever changes its place. Where creations refer to each other in a circle, the
 * last one found comes first; what it refers to follows it, with nothing but further creations in between.
 */
export const executionOrder = (operations: readonly BulkOperation[]): BulkOperation[] => {
  const creations = creationsOf(operations);
  const visited = new Set<BulkOperation>();
  const ordered: BulkOperation[] = [];
  const visit = (operation: BulkOperation): void => {
    if (visited.has(operation)) return;
    visited.add(operation);
    for (const bulkId of operation.references) {
      const creation = creations.get(bulkId);
      if (creation) visit(creation);
    }
    ordered.push(operation);
  };
  operations.forEach(visit);
  return ordered;
};

/**
 * The answer, for the operations that were processed (RFC 7644 §3.7.3). They keep the order of the request: the RFC
 * demands none, its examples do, and a client knows an operation without bulkId by its place alone.
 */
export const bulkResponse = (
  operations: readonly BulkOperation[],
  results: ReadonlyMap<BulkOperation, BulkResult>,
): JsonObject => ({
  schemas: [BULK_RESPONSE_SCHEMA],
  Operations: operations.flatMap((operation) => {
    const result = results.get(operation);
    return result ? [describeResult(operation, result)] : [];
  }),
});

/** How each operation that was processed ended. */
export const outcomesOf = (results: ReadonlyMap<BulkOperation, BulkResult>): Outcome[] =>
  Array.from(results, ([{ method, path, data }, { status, error, change }]) => ({
    method,
    path,
    body: data,
    status,
    error,
    change,
  }));

const describeResult = (
  { method, bulkId }: BulkOperation,
  { status, location, version, error }: BulkResult,
): JsonObject => ({
  method,
  ...(bulkId !== undefined && { bulkId }),
  ...(location !== undefined && { location }),
  ...(version !== undefined && { version }),
  status: String(status),
  ...(error && { response: error.toJSON() }),
});
