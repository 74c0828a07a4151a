// One log line per request: the route and the outcome, never the client's values.

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { now } from '../platform/clock.ts';
import { logInfo } from '../platform/log.ts';
import type { ScimError } from '../scim/errors/errors.ts';
import type { ScimEvent } from './gateway.ts';

/** Middleware that logs `request` with route, status, error code and duration. */
export const requestLog = (): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => {
  const write = (
    event: ScimEvent,
    response: APIGatewayProxyResult | null | undefined,
    refusal: ScimError | undefined,
  ) =>
    logInfo('request', {
      requestId: event.requestContext.requestId,
      tenant: event.requestContext.authorizer?.tenant,
      incarnation: event.requestContext.authorizer?.incarnation,
      keyId: event.requestContext.authorizer?.keyId,
      method: event.httpMethod,
      route: event.resource,
      status: response?.statusCode,
      code: refusal?.code,
      milliseconds: now() - event.requestContext.requestTimeEpoch,
    });
  return {
    after: ({ event, response }) => write(event, response, undefined),
    // scimErrors has set the error as the only outcome.
    onError: ({ event, response }) => write(event, response, event.outcomes?.[0]?.error),
  };
};
