// Bulk requests and responses (RFC 7644 §3.7): parsing, the order of execution, and the response body.

import type { Change, Outcome } from '../change.ts';
import {
  type ErrorTemplate,
  invalidSyntax,
  loggable,
  payloadTooLarge,
  phrase,
  ScimError,
} from '../errors/errors.ts';
import { exceedsValueLimit, isObject, type Json, type JsonObject, valueNamed } from '../json.ts';
import { MAX_BODY_VALUES, MAX_BULK_OPERATIONS } from '../limits.ts';
import { PATCH_OP_SCHEMA } from '../patch/request.ts';
import { decodeSegment, splitPath } from '../uri-path.ts';
import { findReferences, type ReferringOperation } from './references.ts';

const BULK_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const BULK_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** The methods that RFC 7644 §3.7 allows in a bulk request. */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of a bulk request. */
export interface BulkOperation extends ReferringOperation {
  /** A BulkMethod unless there is a refusal; then what the client sent, or nothing. */
  readonly method: string;
  /** Why the operation cannot be carried out: it is malformed. */
  readonly refusal?: ScimError;
  /** Set on every POST without a refusal, and unique among them. */
  readonly bulkId: string | undefined;
  /** The version that the client expects, like If-Match. */
  readonly version: string | undefined;
  /** The bulkIds that the path or the data references. */
  readonly references: ReadonlySet<string>;
}

/** A bulk request that can be carried out, but for operations with a refusal. */
export interface BulkRequest {
  /** The number of errors after which no further operation is started; Infinity if the client sets none, or 0. */
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
 * Parses the body of a bulk request. A malformed operation is refused alone, like one that fails. Paths may begin with
 * `tenantUrl`, or with the path in it. Throws invalidSyntax for a body that is no bulk request, or payloadTooLarge naming the
 * limit.
 */
export const parseBulkRequest = (body: JsonObject, tenantUrl?: string): BulkRequest => {
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
  const failOnErrors = parseFailOnErrors(valueNamed(body, 'failOnErrors'));
  const parsed = operations.map((operation, index) => parseOperation(operation, index + 1, tenantUrl));
  return { failOnErrors, operations: refuseRepeatedBulkIds(parsed) };
};

const isBulkRequestSchema = (schema: Json) =>
  typeof schema === 'string' && schema.toLowerCase() === BULK_REQUEST_SCHEMA.toLowerCase();

/** 0 is what a program sends for a number that nobody has set (WSO2 reads it so), and to accept no error is 1. */
const parseFailOnErrors = (value: Json | undefined): number => {
  if (value === undefined || value === null || value === 0) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw invalidSyntax(
    'failOnErrorsMalformed',
  )`failOnErrors is the number of errors to stop after: a whole number from 1 on, or 0 for none.`;
};

const METHODS: readonly BulkMethod[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

const parseOperation = (operation: Json, number: number, tenantUrl: string | undefined): BulkOperation => {
  try {
    return readOperation(operation, number, tenantUrl);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const text = (name: string): string => {
      const value = isObject(operation) ? valueNamed(operation, name) : undefined;
      return typeof value === 'string' ? value : '';
    };
    return {
      method: text('method').toUpperCase(),
      path: segmentsOf(text('path'), tenantUrl),
      bulkId: text('bulkId') || undefined,
      data: {},
      version: undefined,
      references: new Set(),
      refusal: error,
    };
  }
};

const readOperation = (operation: Json, number: number, tenantUrl: string | undefined): BulkOperation => {
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
  const data = method === 'DELETE' ? {} : dataOf(method, valueNamed(operation, 'data'));
  if (!isObject(data)) throw refuse`needs data: the body that the request would have by itself`;
  const referring = { method, path: segmentsOf(path, tenantUrl), data };
  return { ...referring, bulkId, version: text('version'), references: findReferences(referring) };
};

/** The list of operations stands for the PATCH that has them, as in the example of RFC 7644 §3.7.3. */
const dataOf = (method: BulkMethod, data: Json | undefined): Json | undefined =>
  method === 'PATCH' && Array.isArray(data) ? { schemas: [PATCH_OP_SCHEMA], Operations: data } : data;

/** The segments of a path below the Tenant URL, which it may begin with. */
const segmentsOf = (path: string, tenantUrl: string | undefined): string[] => {
  const segments = splitPath(path.replace(/^https?:/i, ''));
  const base = splitPath((tenantUrl ?? '').replace(/^https?:/i, ''));
  const prefix = /^https?:/i.test(path) ? base : base.slice(1);
  const begins =
    prefix.length > 0 && prefix.every((segment, at) => segment.toLowerCase() === segments[at]?.toLowerCase());
  return (begins ? segments.slice(prefix.length) : splitPath(path)).map(decodeSegment);
};

/** No reference could tell which of them is meant, so each is refused. */
const refuseRepeatedBulkIds = (operations: readonly BulkOperation[]): readonly BulkOperation[] => {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { method, bulkId } of operations) {
    if (method !== 'POST' || bulkId === undefined) continue;
    if (seen.has(bulkId)) repeated.add(bulkId);
    seen.add(bulkId);
  }
  return operations.map((operation) => {
    const { method, bulkId = '' } = operation;
    if (method !== 'POST' || operation.refusal || !repeated.has(bulkId)) return operation;
    const refusal = invalidSyntax(
      'bulkIdRepeated',
    )`Several creations of the bulk request have this bulkId; it must be unique.`;
    return { ...operation, refusal };
  });
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
    method: method || 'BULK',
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
  ...(method !== '' && { method }),
  ...(bulkId !== undefined && { bulkId }),
  ...(location !== undefined && { location }),
  ...(version !== undefined && { version }),
  status: String(status),
  ...(error && { response: error.toJSON() }),
});
