// What Lambda measures of functions: errors, throttles, and the concurrency of the account.

import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { period, sum } from './metrics.ts';

/** Invocations that ended in an error. */
export const failedInvocations = (label: string, functions: readonly IFunction[]): IMetric =>
  sum(
    label,
    `${label} failed`,
    functions.map((each) => each.metricErrors({ period })),
  );

/** Invocations that were throttled because no concurrency was left. */
export const throttledInvocations = (functions: readonly IFunction[]): IMetric =>
  sum(
    'functions',
    'throttled',
    functions.map((each) => each.metricThrottles({ period })),
  );

/** Concurrent executions of all functions of the account in this region, as a percentage of its quota. */
export const accountConcurrency = (): IMetric =>
  new MathExpression({
    // Without dimensions the metric covers all functions; it is the usage metric of Lambda's quota L-B99A9384.
    usingMetrics: {
      concurrency: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'ConcurrentExecutions',
        period,
        statistic: Stats.MAXIMUM,
      }),
    },
    expression: '100 * concurrency / SERVICE_QUOTA(concurrency)',
    label: '% of the quota',
    period,
  });
