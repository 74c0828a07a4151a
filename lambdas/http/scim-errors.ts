// Turns whatever was thrown into a SCIM error, once (RFC 7644 §3.12).

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { logError } from '../platform/log.ts';
import { internalError, ScimError, unavailable } from '../scim/errors.ts';
import { type ScimEvent, writeResponse } from './gateway.ts';

/** Only a `ScimError` reaches the client as it is; of anything else it learns the request id and nothing more. */
export const scimErrors = (): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => ({
  onError: (request) => {
    const error = toScimError(request.error, request.event.requestContext.requestId);
    const retryAfter = error.status === 503 ? { 'Retry-After': '5' } : undefined;
    request.response = writeResponse(request.event, {
      status: error.status,
      body: error.toJSON(),
      ...(retryAfter && { headers: retryAfter }),
    });
  },
});

/** The error as a client may see it; one that is no refusal of ours is logged. */
export const toScimError = (error: unknown, requestId: string): ScimError => {
  if (error instanceof ScimError) return error;
  logError('request failed', error, { requestId });
  return isTransient(error)
    ? unavailable(`The directory is busy; the request can be repeated. Request id: ${requestId}`)
    : internalError(`The service failed. Tell its operator the request id: ${requestId}`);
};

/** What AWS SDK exceptions say of themselves: throttled, or failed on the server's side. */
const isTransient = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  return (
    ('$retryable' in error && error.$retryable !== undefined) ||
    ('$fault' in error && error.$fault === 'server')
  );
};
