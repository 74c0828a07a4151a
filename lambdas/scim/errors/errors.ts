// The one error of the protocol. The factories below are the only pairs of status and scimType that RFC 7644 §3.12
// (and RFC 9865 §2 for cursors) allow; http/ turns the error into an answer once.
//
// A refusal is written as a template: throw unknownThing('code')`members: there is nobody with id ${id}.` Its words may
// be logged. What is put in is taken for a client's value: shown to the client and logged as `…`, unless it is a number
// or stands in `word()`.

import type { ErrorCode, Refusal } from './error-codes.ts';

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

export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A text in two forms: `message` for the client, `loggable` without what is the client's. */
export interface Wording {
  readonly message: string;
  readonly loggable: string;
}

/** A text of our own, such as the name of an attribute in a schema, a type or a limit; never one from a request. */
export const word = (text: string): Wording => ({ message: text, loggable: text });

/** A client's text that the log has in words of our own: a path by the attribute that it was understood as. */
export const loggedAs = (text: string, loggable: string): Wording => ({ message: text, loggable });

type Part = string | number | Wording;

/** A part of a sentence, or a whole one. */
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
  readonly allowedMethods?: readonly string[] | undefined;
  readonly requestId?: string | undefined;
}

/** A refusal that the client may see. `message` names the attribute and the way out: an administrator reads it verbatim. */
export class ScimError extends Error implements Properties {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;
  /** What operators know it by; see docs/errors.md. */
  readonly code: ErrorCode;
  /** The message without the client's values. */
  readonly loggable: string;
  /** Of a request that can be repeated as it is. */
  readonly retryAfterSeconds: number | undefined;
  /** Of a request whose method is not possible where it went: those that are (RFC 9110 §15.5.6). */
  readonly allowedMethods: readonly string[] | undefined;
  readonly requestId: string | undefined;

  constructor(properties: Properties) {
    super(properties.message);
    this.status = properties.status;
    this.scimType = properties.scimType;
    this.code = properties.code;
    this.loggable = properties.loggable;
    this.retryAfterSeconds = properties.retryAfterSeconds;
    this.allowedMethods = properties.allowedMethods;
    this.requestId = properties.requestId;
  }

  /** The same refusal, telling the request by which its operator finds it. */
  ofRequest(requestId: string): ScimError {
    const { message } = this;
    return new ScimError({ ...this, message, requestId });
  }

  /** The same refusal, with the methods that are possible instead. */
  allowing(allowedMethods: readonly string[]): ScimError {
    const { message } = this;
    return new ScimError({ ...this, message, allowedMethods });
  }

  /** The error message of RFC 7644 §3.12; `status` is a string there. */
  toJSON() {
    return {
      schemas: [ERROR_SCHEMA],
      status: String(this.status),
      ...(this.scimType && { scimType: this.scimType }),
      // Entra shows an administrator the body of an answer, and no header.
      detail: this.requestId === undefined ? this.message : `${this.message} Request id: ${this.requestId}`,
    };
  }
}

/** The sentence that is missing to a refusal. */
export type Sentence = (words: TemplateStringsArray, ...parts: readonly Part[]) => ScimError;

const refusal =
  <Name extends Refusal>(status: number, scimType?: ScimType) =>
  (code: ErrorCode<Name>): Sentence =>
  (words, ...parts) =>
    new ScimError({ ...phrase(words, ...parts), status, scimType, code });

const badRequest = <Name extends Refusal & ScimType>(scimType: Name) => refusal<Name>(400, scimType);

/** What the client repeats as it is, after the seconds of a Retry-After. */
const later =
  <Name extends Refusal>(status: number) =>
  (code: ErrorCode<Name>, retryAfterSeconds = 5): Sentence =>
  (words, ...parts) =>
    new ScimError({ ...phrase(words, ...parts), status, code, retryAfterSeconds });

export const invalidFilter = badRequest('invalidFilter');
export const tooMany = badRequest('tooMany');
export const mutability = badRequest('mutability');
export const invalidSyntax = badRequest('invalidSyntax');
export const invalidPath = badRequest('invalidPath');
export const noTarget = badRequest('noTarget');
export const invalidValue = badRequest('invalidValue');
export const invalidCursor = badRequest('invalidCursor');
export const expiredCursor = badRequest('expiredCursor');
export const invalidCount = badRequest('invalidCount');
export const conflict = refusal<'conflict'>(409);
export const uniqueness = refusal<'uniqueness'>(409, 'uniqueness');
export const forbidden = refusal<'forbidden'>(403);
export const notFound = refusal<'notFound'>(404);
export const methodNotAllowed = refusal<'methodNotAllowed'>(405);
export const preconditionFailed = refusal<'preconditionFailed'>(412);
export const payloadTooLarge = refusal<'payloadTooLarge'>(413);
export const unsupportedMediaType = refusal<'unsupportedMediaType'>(415);
export const tooManyRequests = later<'tooManyRequests'>(429);
export const internalError = refusal<'internalError'>(500);
export const notImplemented = refusal<'notImplemented'>(501);
export const unavailable = later<'unavailable'>(503);
