// Why the gateway refused a request, in words for an operator: the types of API Gateway's responses say little to one.

/** By the type of the gateway response. */
const WORDS: Readonly<Record<string, string>> = {
  ACCESS_DENIED: 'The token is that of another tenant than the URL names.',
  AUTHORIZER_CONFIGURATION_ERROR: 'The token could not be checked: the service failed.',
  AUTHORIZER_FAILURE: 'The token could not be checked: the service failed.',
  BAD_REQUEST_BODY: 'The body is not one that the gateway takes.',
  EXPIRED_TOKEN: 'The Authorization header is a signature of AWS; a bearer token is expected.',
  INTEGRATION_FAILURE: 'The service failed.',
  INTEGRATION_TIMEOUT: 'The service did not answer within 29 s.',
  INVALID_API_KEY:
    'The throttling key of the tenant is missing: `npm run scim -- tenant throttle` creates it.',
  INVALID_SIGNATURE: 'The Authorization header is a signature of AWS; a bearer token is expected.',
  MISSING_AUTHENTICATION_TOKEN: 'There is nothing at this path.',
  INCOMPLETE_SIGNATURE: 'There is nothing at this path.',
  QUOTA_EXCEEDED: 'Too many requests: the limit of the tenant is reached.',
  REQUEST_TOO_LARGE: 'The body is larger than 10 MB.',
  RESOURCE_NOT_FOUND: 'There is nothing at this path.',
  THROTTLED: 'Too many requests: the limit of the tenant, or of the deployment, is reached.',
  UNSUPPORTED_MEDIA_TYPE: 'The Content-Type is not one that is taken here.',
  WAF_FILTERED: 'The web ACL blocks the request.',
};

const NO_TOKEN =
  'The token is missing or malformed: the Authorization header must be `Bearer`, a space and the token.';

const WRONG_TOKEN =
  'The token is unknown, retired, expired or revoked: `npm run scim -- token status` shows which are accepted.';

/** By `RefusalCause` of lambdas/credentials/verify.ts. */
const CAUSES: Readonly<Record<string, string>> = {
  damaged: 'The token is malformed: this deployment did not create it, or it was not pasted whole.',
  pending: 'The token is not accepted yet: its rotation is incomplete.',
  retired:
    'The token is retired, expired or revoked: `npm run scim -- token show` prints the one that is accepted.',
  unknownKey: 'The token is unknown: the tenant has none with its key id.',
  wrongSecret: 'The token is unknown: its key id is that of the tenant, but its secret is not.',
};

/**
 * `wasChecked`: whether the authorizer was asked, which it is only about a header that looks like a bearer token. `cause`: what
 * the authorizer's log says.
 */
export const refusalWords = (type: string, wasChecked: boolean, cause?: string): string => {
  if (type === 'UNAUTHORIZED') return wasChecked ? (CAUSES[cause ?? ''] ?? WRONG_TOKEN) : NO_TOKEN;
  return WORDS[type] ?? 'The gateway refused the request before it reached the service.';
};
