// Bulk requests and responses (RFC 7644 §3.7): parsing, the order of execution, and the response body.

import type { Change, Outcome } from '../change.ts';
import {
  type ErrorTemplate,
  invalidSyntax,
  loggable,
  payloadTooLarge,
  phrase,
  type ScimError,
} from '../errors/errors.ts';
import { exceedsValueLimit, isObject, type Json, type JsonObject, valueNamed } from '../json.ts';
import { MAX_BODY_VALUES, MAX_BULK_OPERATIONS } from '../limits.ts';
import { decodeSegment, splitPath } from '../uri-path.ts';
import { findReferences, type ReferringOperation } from './references.ts';

const BULK_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const BULK_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** The methods that RFC 7644 §3.7 allows in a bulk request. */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of a bulk request. */
export interface BulkOperation extends ReferringOperation {
  readonly method: BulkMethod;
  /** Set on every POST, and unique among them. */
  readonly bulkId: string | undefined;
  /** The version that the client expects, like If-Match. */
  readonly version: string | undefined;
  /** The bulkIds that the path or the data references. */
  readonly references: ReadonlySet<string>;
}

/** A bulk request that passed validation. */
export interface BulkRequest {
  /** The number of errors after which no further operation is started; Infinity if the client sets none. */
  readonly failOnErrors: number;
  readonly operations: readonly BulkOperation[];
}

/** The result of one operation, the same as for a separate request. */
export interface BulkResult {
  /** The HTTP status. */
  readonly status: number;
  /** The absolute URI of the resource. */
  readonly location?: string | undefined;
  /** The entity tag. */
  readonly version?: string | undefined;
  readonly error?: ScimError;
  /** What the operation changed, for the provisioning log; not part of the response. */
  readonly change?: Change | undefined;
}

/**
 * Parses the body of a bulk request. A body that is malformed anywhere is refused as a whole, before any operation runs.
 * Throws invalidSyntax, or payloadTooLarge naming the limit.
 */
export const parseBulkRequest = (body: JsonObject): BulkRequest => {
  // /Bulk takes nothing but a BulkRequest, so `schemas` may be missing; a different schema is an error.
  const schemas = valueNamed(body, 'schemas') ?? [BULK_REQUEST_SCHEMA];
  if (!Array.isArray(schemas) || !schemas.some(isBulkRequestSchema)) {
    throw invalidSyntax(
      'bulkSchemaMissing',
    )`The schemas of a bulk request must contain ${loggable(BULK_REQUEST_SCHEMA)}.`;
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
  if (exceedsValueLimit(body, MAX_BODY_VALUES)) {
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
  const refuse: ErrorTemplate = (...problem) =>
    invalidSyntax('bulkOperationMalformed')`Operation ${number} of the bulk request ${phrase(...problem)}.`;
  if (!isObject(operation)) throw refuse`is not an object`;
  const text = (name: string): string | undefined => {
    const value = valueNamed(operation, name) ?? '';
    if (typeof value !== 'string') throw refuse`has a ${loggable(name)} that is not text`;
    return value === '' ? undefined : value;
  };
  const name = text('method')?.toUpperCase();
  const method = METHODS.find((candidate) => candidate === name);
  if (!method) throw refuse`needs a method: ${loggable(METHODS.join(', '))}`;
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

/** The POST operations by bulkId: the targets of references. */
export const creationsOf = (operations: readonly BulkOperation[]): ReadonlyMap<string, BulkOperation> =>
  new Map(
    operations.flatMap((operation) =>
      operation.method === 'POST' && operation.bulkId !== undefined ? [[operation.bulkId, operation]] : [],
    ),
  );

/**
 * The operations in the order of execution: the order of the request, except that a creation which an earlier operation
 * references is moved in front of that operation (RFC 7644 §3.7 allows reordering that preserves the client's intent). Only
 * creations are moved. In a cycle of creations the one found last comes first; what it references follows it, with only
 * further creations in between.
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
 * The response body, for the operations that were processed (RFC 7644 §3.7.3), in the order of the request. The RFC does
 * not demand that order, but its examples keep it, and a client can match an operation without bulkId only by position.
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

/** The outcome of each operation that was processed, for the provisioning log. */
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
