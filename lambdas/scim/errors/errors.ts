// The error of the protocol. The factories below are the only pairs of status and scimType that RFC 7644 §3.12 (and
// RFC 9865 §2 for cursors) allow; http/ turns the error into a response.
//
// A factory is a template tag: throw unknownThing('code')`members: there is nobody with id ${id}.` The literal text may be
// logged. An interpolated value is taken for the client's: it is shown to the client and logged as `…`, unless it is a
// number or wrapped in `loggable()`.

import type { ErrorCode, ErrorFactoryName } from './error-codes.ts';

/** The detail error keywords of RFC 7644 §3.12, Table 9, and RFC 9865 §2. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** The `schemas` value of an error response (RFC 7644 §3.12). */
export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A text in two forms: `message` for the client, `loggable` for the log, without the client's values. */
export interface Wording {
  readonly message: string;
  readonly loggable: string;
}

/** A text that may be logged, such as a type or the name of an attribute in a schema; never a text from a request. */
export const loggable = (text: string): Wording => ({ message: text, loggable: text });

/** A text from a request that is logged as another one: a path as the name of the attribute that it resolved to. */
export const loggedAs = (text: string, loggable: string): Wording => ({ message: text, loggable });

type Part = string | number | Wording;

/** Template tag for a text, or a part of one, that is put into an error. */
export const phrase = (words: TemplateStringsArray, ...parts: readonly Part[]): Wording => {
  let message = words[0] ?? '';
  let loggable = message;
  for (const [index, part] of parts.entries()) {
    const following = words[index + 1] ?? '';
    message += (typeof part === 'object' ? part.message : part) + following;
    loggable += logged(part) + following;
  }
  return { message, loggable };
};

const logged = (part: Part): string | number => {
  if (typeof part === 'object') return part.loggable;
  return typeof part === 'number' ? part : '…';
};

interface Properties extends Wording {
  readonly status: number;
  readonly scimType?: ScimType | undefined;
  readonly code: ErrorCode;
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string | undefined;
}

/** An error that the client sees. `message` names the attribute and the remedy: an administrator reads it verbatim. */
export class ScimError extends Error implements Properties {
  override readonly name = 'ScimError';
  /** The HTTP status. */
  readonly status: number;
  readonly scimType: ScimType | undefined;
  /** Identifies the error to operators; see docs/errors.md. */
  readonly code: ErrorCode;
  /** The message without the client's values. */
  readonly loggable: string;
  /** Set if the client can repeat the request unchanged; becomes the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;
  /** Set by `ofRequest`; appended to the detail. */
  readonly requestId: string | undefined;

  constructor(properties: Properties) {
    super(properties.message);
    this.status = properties.status;
    this.scimType = properties.scimType;
    this.code = properties.code;
    this.loggable = properties.loggable;
    this.retryAfterSeconds = properties.retryAfterSeconds;
    this.requestId = properties.requestId;
  }

  /** A copy with the id by which an operator finds the request in the log. */
  ofRequest(requestId: string): ScimError {
    const { message } = this;
    return new ScimError({ ...this, message, requestId });
  }

  /** The error message of RFC 7644 §3.12; `status` is a string there. */
  toJSON() {
    return {
      schemas: [ERROR_SCHEMA],
      status: String(this.status),
      ...(this.scimType && { scimType: this.scimType }),
      // Entra shows administrators the body of a response but not its headers.
      detail: this.requestId === undefined ? this.message : `${this.message} Request id: ${this.requestId}`,
    };
  }
}

/** Template tag that makes an error of its detail text. */
export type ErrorTemplate = (words: TemplateStringsArray, ...parts: readonly Part[]) => ScimError;

const refusal =
  <Name extends ErrorFactoryName>(status: number, scimType?: ScimType) =>
  (code: ErrorCode<Name>): ErrorTemplate =>
  (words, ...parts) =>
    new ScimError({ ...phrase(words, ...parts), status, scimType, code });

const badRequest = <Name extends ErrorFactoryName & ScimType>(scimType: Name) => refusal<Name>(400, scimType);

/** An error after which the client can repeat the request unchanged, `retryAfterSeconds` later. */
const retryable =
  <Name extends ErrorFactoryName>(status: number) =>
  (code: ErrorCode<Name>, retryAfterSeconds = 5): ErrorTemplate =>
  (words, ...parts) =>
    new ScimError({ ...phrase(words, ...parts), status, code, retryAfterSeconds });

/** 400: a filter with invalid syntax, or an operator that its attribute does not support. */
export const invalidFilter = badRequest('invalidFilter');
/** 400: a request that would return or compare more than the service is willing to process. */
export const tooMany = badRequest('tooMany');
/** 400: a change that the mutability of an attribute forbids, or the removal of a required one. */
export const mutability = badRequest('mutability');
/** 400: a body that is not the expected message. */
export const invalidSyntax = badRequest('invalidSyntax');
/** 400: a PATCH path that is malformed or names an unknown attribute. */
export const invalidPath = badRequest('invalidPath');
/** 400: a PATCH path that yields no attribute or value to operate on. */
export const noTarget = badRequest('noTarget');
/** 400: a required value is missing, or a value does not fit its attribute or parameter. */
export const invalidValue = badRequest('invalidValue');
/** 400, RFC 9865 §2: a cursor that is not valid for this list. */
export const invalidCursor = badRequest('invalidCursor');
/** 400, RFC 9865 §2: a cursor that is too old. */
export const expiredCursor = badRequest('expiredCursor');
/** 400, RFC 9865 §2: an invalid `count` beside a cursor. */
export const invalidCount = badRequest('invalidCount');
/** 409: a bulkId that cannot be resolved (RFC 7644 §3.7.2). */
export const conflict = refusal<'conflict'>(409);
/** 409: a unique value that another resource already has. */
export const uniqueness = refusal<'uniqueness'>(409, 'uniqueness');
/** 403: the token does not permit the request. */
export const forbidden = refusal<'forbidden'>(403);
/** 404: an unknown resource, endpoint or tenant. */
export const notFound = refusal<'notFound'>(404);
/** 405: a method that the endpoint does not support; no scimType. */
export const methodNotAllowed = refusal<'methodNotAllowed'>(405);
/** 412: the resource is not at a version that If-Match lists. */
export const preconditionFailed = refusal<'preconditionFailed'>(412);
/** 413: a body, or the resource that it would make, exceeds a limit. */
export const payloadTooLarge = refusal<'payloadTooLarge'>(413);
/** 429, with Retry-After: the tenant is throttled. */
export const tooManyRequests = retryable<'tooManyRequests'>(429);
/** 500: an unexpected failure. */
export const internalError = refusal<'internalError'>(500);
/** 501: an endpoint of the RFC that this service does not implement. */
export const notImplemented = refusal<'notImplemented'>(501);
/** 503, with Retry-After: busy, or out of time; the client can repeat the request unchanged. */
export const unavailable = retryable<'unavailable'>(503);
