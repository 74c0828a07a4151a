// Turns everything thrown into a SCIM error response (RFC 7644 §3.12).

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { isTransient } from '../platform/aws-errors.ts';
import { logError } from '../platform/log.ts';
import { internalError, ScimError, unavailable } from '../scim/errors/errors.ts';
import { outcomeOf, type ScimEvent, writeResponse } from './gateway.ts';

/** Middleware that answers with the error. The client sees the detail of a `ScimError`, of any other error the request id. */
export const scimErrors = (): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => ({
  onError: (request) => {
    const { event } = request;
    const error = toScimError(request.error, event.requestContext.requestId);
    event.outcomes = [outcomeOf(event, { status: error.status, error })];
    const { retryAfterSeconds } = error;
    request.response = writeResponse(event, {
      status: error.status,
      body: error.toJSON(),
      ...(retryAfterSeconds !== undefined && { headers: { 'Retry-After': String(retryAfterSeconds) } }),
    });
  },
});

/** The error for the client. Logs `error` unless it is a ScimError. */
export const toScimError = (error: unknown, requestId: string): ScimError => {
  if (error instanceof ScimError) return error.ofRequest(requestId);
  logError('request failed', error, { requestId });
  const shown = isTransient(error)
    ? unavailable('tableBusy')`The directory is busy; the request can be repeated.`
    : internalError('serviceFailed')`The service failed. Tell its operator the request id.`;
  return shown.ofRequest(requestId);
};
