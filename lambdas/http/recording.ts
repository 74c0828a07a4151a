// Has every request recorded that changed something or was refused, before it is answered: only then is it known that
// whoever asks for the request will find it.

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { RecordOutcomes } from '../log/record.ts';
import { noteLoss } from '../platform/dispensable.ts';
import { tenantOf } from '../tenants/tenant.ts';
import type { ScimEvent } from './gateway.ts';

/**
 * What was done is done: a record that cannot be written is told to the operator and to nobody else. A request whose token
 * is that of another tenant is in nobody's record, because neither of the two made it.
 */
export const recording = (record: RecordOutcomes): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => {
  const write = async ({ principal, requestContext, outcomes = [] }: ScimEvent) => {
    const told = outcomes.filter(({ change, error }) => change ?? error);
    if (!principal || told.length === 0) return;
    const { requestId } = requestContext;
    await record({ principal, requestId }, told).catch((error: unknown) =>
      noteLoss('LogEntry', error, { tenant: tenantOf(principal.tenant), requestId }),
    );
  };
  return {
    after: ({ event }) => write(event),
    onError: ({ event }) => write(event),
  };
};
