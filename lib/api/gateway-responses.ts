// The gateway's own responses, as SCIM errors: Entra shows an administrator their `detail`. By default they are JSON that is
// not SCIM. Only the request id is inserted; nothing that the client sent is echoed.

import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ERROR_SCHEMA } from '../../lambdas/scim/errors/errors.ts';
import { NOT_A_TENANT_URL } from './not-found.ts';

interface GatewayAnswer {
  /** The HTTP status, repeated in the body. */
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const QUOTE_REQUEST = 'When you report this, quote request $context.requestId.';

const serverError = (status: number, what: string): GatewayAnswer => ({
  status,
  detail: `${what} Entra will try again by itself. ${QUOTE_REQUEST}`,
});

const notSigned = {
  status: 401,
  detail: 'Requests are not signed here: send the tenant\'s secret token as "Authorization: Bearer <token>".',
  headers: { 'WWW-Authenticate': 'Bearer realm="scim"' },
};

const tooManyRequests = {
  status: 429,
  // The gateway does not tell which limit applied: the tenant's, the stage's or the account's.
  detail:
    'Too many requests at once for this tenant, or for this service as a whole. ' +
    'Wait as long as Retry-After says, then send the request again.',
  headers: { 'Retry-After': '1' },
};

const tokenNotChecked = {
  ...serverError(503, 'The secret token could not be checked just now.'),
  headers: { 'Retry-After': '5' },
};

/** Every response of the gateway itself, by API Gateway's response type. */
const gatewayAnswers: Readonly<Record<string, GatewayAnswer>> = {
  UNAUTHORIZED: {
    status: 401,
    detail:
      'The secret token is missing, malformed or no longer valid. Copy the current token of this tenant into ' +
      'Admin Credentials, Secret Token, without a line break or space; it starts with "scim1.".',
    headers: { 'WWW-Authenticate': 'Bearer realm="scim"' },
  },
  ACCESS_DENIED: {
    status: 403,
    detail:
      'The secret token belongs to another tenant than the Tenant URL names. ' +
      'Use the Tenant URL and the token that were handed out together.',
  },
  // API Gateway reports an unknown path as a missing token.
  MISSING_AUTHENTICATION_TOKEN: {
    status: 404,
    detail: NOT_A_TENANT_URL,
  },
  RESOURCE_NOT_FOUND: {
    status: 404,
    detail: NOT_A_TENANT_URL,
  },
  THROTTLED: tooManyRequests,
  QUOTA_EXCEEDED: tooManyRequests,
  // Clients send no key: the tenant's own is missing, which the operator must fix.
  INVALID_API_KEY: {
    ...serverError(503, 'This tenant is not fully set up: it has no throttling key.'),
    headers: { 'Retry-After': '30' },
  },
  EXPIRED_TOKEN: notSigned,
  INVALID_SIGNATURE: notSigned,
  BAD_REQUEST_BODY: { status: 400, detail: `The body of the request cannot be read. ${QUOTE_REQUEST}` },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    detail: `The parameters of the request cannot be read. ${QUOTE_REQUEST}`,
  },
  REQUEST_TOO_LARGE: {
    status: 413,
    detail: 'The request is too large: the limit is 1 MB. Send fewer operations or members in one request.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    detail: 'The Content-Type is not supported: send application/scim+json or application/json.',
  },
  WAF_FILTERED: {
    status: 403,
    detail: `The firewall in front of this service stopped the request. ${QUOTE_REQUEST}`,
  },
  AUTHORIZER_FAILURE: tokenNotChecked,
  AUTHORIZER_CONFIGURATION_ERROR: tokenNotChecked,
  API_CONFIGURATION_ERROR: serverError(500, 'The service is not set up correctly.'),
  INTEGRATION_FAILURE: serverError(504, 'The service could not answer just now.'),
  INTEGRATION_TIMEOUT: serverError(504, 'The service took too long to answer.'),
  // These keep the status of the response: setting one here would apply it to every response without a type of its own.
  DEFAULT_4XX: { status: 400, detail: `The request was refused. ${QUOTE_REQUEST}` },
  DEFAULT_5XX: serverError(500, 'The service could not answer just now.'),
};

/** Adds them to the API. */
export const addGatewayResponses = (api: RestApi): void => {
  for (const [type, answer] of Object.entries(gatewayAnswers)) {
    const body = JSON.stringify({
      schemas: [ERROR_SCHEMA],
      status: String(answer.status),
      detail: answer.detail,
    });
    api.addGatewayResponse(`Answer${type}`, {
      type: ResponseType.of(type),
      statusCode: type.startsWith('DEFAULT_') ? undefined : String(answer.status),
      responseHeaders: literal({ 'Content-Type': 'application/scim+json', ...answer.headers }),
      // The template is chosen by Accept; application/json is for a client that sends none.
      templates: { 'application/json': body, 'application/scim+json': body },
    });
  }
};

/** API Gateway expects literal header values in single quotes. */
const literal = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
