// The one error of the protocol. The factories below are the only pairs of status and scimType that RFC 7644 §3.12
// (and RFC 9865 §2 for cursors) allow; http/ turns the error into an answer once.

export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A refusal that the client may see. `detail` names the attribute and the way out: an administrator reads it verbatim. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, scimType: ScimType | undefined, detail: string, requestId?: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
    this.requestId = requestId;
  }

  /** The same refusal, telling the request by which its operator finds it. */
  ofRequest(requestId: string): ScimError {
    return new ScimError(this.status, this.scimType, this.message, requestId);
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

const badRequest = (scimType: ScimType) => (detail: string) => new ScimError(400, scimType, detail);
const plain = (status: number) => (detail: string) => new ScimError(status, undefined, detail);

export const invalidFilter = badRequest('invalidFilter');
export const tooMany = badRequest('tooMany');
export const mutability = badRequest('mutability');
export const invalidSyntax = badRequest('invalidSyntax');
export const invalidPath = badRequest('invalidPath');
export const noTarget = badRequest('noTarget');
export const invalidValue = badRequest('invalidValue');
export const invalidVers = badRequest('invalidVers');
export const sensitive = badRequest('sensitive');
export const invalidCursor = badRequest('invalidCursor');
export const expiredCursor = badRequest('expiredCursor');
export const invalidCount = badRequest('invalidCount');
export const conflict = plain(409);
export const uniqueness = (detail: string) => new ScimError(409, 'uniqueness', detail);
export const unauthorized = plain(401);
export const forbidden = plain(403);
export const notFound = plain(404);
export const methodNotAllowed = plain(405);
export const preconditionFailed = plain(412);
export const payloadTooLarge = plain(413);
export const internalError = plain(500);
export const notImplemented = plain(501);
export const unavailable = plain(503);
