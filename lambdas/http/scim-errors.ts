// Turns whatever was thrown into a SCIM error, once (RFC 7644 §3.12).

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { isTransient } from '../platform/aws-errors.ts';
import { logError } from '../platform/log.ts';
import { internalError, ScimError, unavailable } from '../scim/errors/errors.ts';
import { outcomeOf, type ScimEvent, writeResponse } from './gateway.ts';

/** Only a `ScimError` reaches the client with its detail; of anything else it learns the request id and nothing more. */
export const scimErrors = (): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => ({
  onError: (request) => {
    const { event } = request;
    const error = toScimError(request.error, event.requestContext.requestId);
    event.outcomes = [outcomeOf(event, { status: error.status, error })];
    const { retryAfterSeconds, allowedMethods } = error;
    request.response = writeResponse(event, {
      status: error.status,
      body: error.toJSON(),
      headers: {
        ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
        ...(allowedMethods && { Allow: allowedMethods.join(', ') }),
      },
    });
  },
});

/** The error as the client of the request may see it; one that is no refusal of ours is logged. */
export const toScimError = (error: unknown, requestId: string): ScimError => {
  if (error instanceof ScimError) return error.ofRequest(requestId);
  logError('request failed', error, { requestId });
  const seen = isTransient(error)
    ? unavailable('tableBusy')`The directory is busy; the request can be repeated.`
    : internalError('serviceFailed')`The service failed. Tell its operator the request id.`;
  return seen.ofRequest(requestId);
};
