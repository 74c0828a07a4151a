// The dashboard: the metrics of the alarms, next to the traffic.

import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measures } from './deployment-measures.ts';

/** The graphs, row by row. */
export const widgets = (measures: Measures): IWidget[][] => {
  const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, width: 8, left });
  return [
    [
      graph('Requests', measures.requests),
      graph('Refusals and failures', measures.clientErrors, measures.refusedTokens, measures.serverErrors),
      graph('Latency (ms)', measures.medianLatency, measures.slowestLatency),
    ],
    [
      graph('Failed invocations', measures.functionErrors, measures.authorizerErrors),
      graph('Throttled invocations', measures.functionThrottles),
      graph(
        'Throttled table',
        measures.tableReadThrottles,
        measures.tableWriteThrottles,
        measures.lostWrites,
      ),
    ],
    [
      graph('Delay of changes (ms)', measures.changeDelay),
      graph('Failed changes', measures.changeErrors, measures.changesSetAside),
      graph('Concurrency of the account (%)', measures.accountConcurrency),
    ],
    [
      graph('Delay of webhooks (s)', measures.webhookDelay),
      graph('Failed webhooks', measures.webhookErrors, measures.webhookDeadLetters, measures.webhooksGivenUp),
      graph('Webhooks in trouble', measures.webhooksSuspended, measures.webhookBacklog),
    ],
    [
      graph('Signs of life', measures.retriesHeartbeat, measures.sweepHeartbeat, measures.streamHeartbeat),
      graph('Failed rules', measures.failedRules, measures.ruleDeadLetters),
    ],
  ];
};
