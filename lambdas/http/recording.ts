// Writes every request that changed something or was refused to the provisioning log, before the response is sent, so
// that the entry exists when somebody looks for it.

import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { RecordOutcomes } from '../log/record.ts';
import { reportLostWrite } from '../platform/best-effort.ts';
import { tenantOf } from '../platform/tenant.ts';
import type { ScimEvent } from './gateway.ts';

/**
 * Middleware that records `event.outcomes`. A failure to record is logged and does not change the response: the change was
 * made already. A request with another tenant's token is not recorded for either tenant, because neither made it.
 */
export const recording = (record: RecordOutcomes): MiddlewareObj<ScimEvent, APIGatewayProxyResult> => {
  const write = async ({ principal, requestContext, outcomes = [] }: ScimEvent) => {
    const recorded = outcomes.filter(({ change, error }) => change ?? error);
    if (!principal || recorded.length === 0) return;
    const { requestId } = requestContext;
    await record({ principal, requestId }, recorded).catch((error: unknown) =>
      reportLostWrite('LogEntry', error, { tenant: tenantOf(principal.tenant), requestId }),
    );
  };
  return {
    after: ({ event }) => write(event),
    onError: ({ event }) => write(event),
  };
};
