// Refusals of the gateway itself: the gateway responses of the template, or API Gateway's defaults.

import { isRecord } from '../is-record.ts';
import type { LocalGatewayResponse } from '../stack/gateway.ts';
import { acceptedMediaType } from './response-template.ts';

/** Status and message of API Gateway's default responses, by response type. */
const defaults = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, null],
  AUTHORIZER_FAILURE: [500, null],
  DEFAULT_5XX: [502, 'Internal server error'],
  // Not a documented response type, so only DEFAULT_4XX, which keeps the status, can answer it.
  INCOMPLETE_SIGNATURE: [403, "Authorization header requires 'Credential' parameter."],
  INVALID_API_KEY: [403, 'Forbidden'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long'],
  THROTTLED: [429, 'Too Many Requests'],
  UNAUTHORIZED: [401, 'Unauthorized'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Unsupported Media Type'],
} as const satisfies Record<string, readonly [status: number, message: string | null]>;

/** Why the gateway refuses (API Gateway Developer Guide, "Gateway response types"; `INCOMPLETE_SIGNATURE` is not listed there). */
export type RefusalType = keyof typeof defaults;

/** Thrown wherever a request is refused. `DEFAULT_5XX` is the 502 for a function that failed or returned an invalid result. */
export class Refusal extends Error {
  readonly type: RefusalType;
  /** False when the authorizer was not asked, although the route has one. */
  readonly wasChecked: boolean;

  /** `cause`: why the authorizer refused the token. */
  constructor(
    type: RefusalType,
    { wasChecked = true, cause }: { wasChecked?: boolean; cause?: string | undefined } = {},
  ) {
    super(type, { cause });
    this.type = type;
    this.wasChecked = wasChecked;
  }
}

/** A response that the gateway makes itself. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The response for a refusal: the gateway response of its type, otherwise DEFAULT_4XX or DEFAULT_5XX, with every `$context.…`
 * replaced. The template is chosen by `accept`; the default is `application/json`.
 */
export const answerRefusal = (
  responses: ReadonlyMap<string, LocalGatewayResponse>,
  type: RefusalType,
  accept: string,
  context: Readonly<Record<string, unknown>>,
): GatewayAnswer => {
  const [status, message] = defaults[type];
  const response = responses.get(type) ?? responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const templates = response?.templates ?? {};
  const mediaType = acceptedMediaType(templates, accept);
  const template = templates[mediaType] ?? '{"message":$context.error.messageString}';
  const error = { message, messageString: JSON.stringify(message), responseType: type };
  return {
    status: response?.statusCode ?? status,
    headers: { 'Content-Type': mediaType, ...response?.headers },
    body: template.replace(/\$context\.([\w.]+\w)/g, (_, path: string) =>
      valueAt({ ...context, error }, path),
    ),
  };
};

/** `error.messageString` of the context; a variable that does not exist is empty, as in API Gateway. */
const valueAt = (context: Readonly<Record<string, unknown>>, path: string): string => {
  let value: unknown = context;
  for (const name of path.split('.')) {
    value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value === undefined ? '' : String(value);
};
