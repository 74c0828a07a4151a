// Has every request recorded that changed something or was refused, before it is answered: only then is it known that
// whoever asks for the request will find it.

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { logError } from '../platform/log.ts';
import { type Incarnation, partsOf } from '../tenants/tenant.ts';
import type { Outcome } from '../scim/change.ts';
import type { ScimEvent } from './gateway.ts';

/** Whose request it was, and what it is found by. */
export interface RecordedRequest {
  readonly tenant: Incarnation;
  readonly keyId: string;
  readonly requestId: string;
}

/** `outcomes` are those of one request, at least one. */
export type RecordOutcomes = (request: RecordedRequest, outcomes: readonly Outcome[]) => Promise<void>;

/**
 * What was done is done: a record that cannot be written is told to the operator and to nobody else. A request whose token
 * is that of another tenant is in nobody's record, because neither of the two made it.
 */
export const recording = (record: RecordOutcomes): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => {
  const write = async ({ tenant, requestContext, outcomes = [] }: ScimEvent) => {
    const told = outcomes.filter(({ change, error }) => change ?? error);
    if (!tenant || told.length === 0) return;
    const { requestId } = requestContext;
    const keyId = String(requestContext.authorizer?.keyId);
    await record({ tenant: tenant.id, keyId, requestId }, told).catch((error: unknown) =>
      logError('The provisioning log was not written.', error, { ...partsOf(tenant.id), requestId }),
    );
  };
  return {
    after: ({ event }) => write(event),
    onError: ({ event }) => write(event),
  };
};
