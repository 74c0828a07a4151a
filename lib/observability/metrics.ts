// How every metric of the alarms and the dashboard is built: over five minutes unless it says otherwise.

import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { Config } from '../settings/config.ts';

/** What a metric covers by default. */
export const period = Duration.minutes(5);

interface OwnMetric {
  readonly metricName: string;
  readonly statistic: string;
  readonly label: string;
  readonly dimensionsMap?: Readonly<Record<string, string>>;
  /** Default: five minutes. */
  readonly period?: Duration;
}

/** A metric that a function of ours writes (lambdas/platform/metrics.ts), in the namespace of the deployment. */
export const ownMetric = (config: Config, metric: OwnMetric): Metric =>
  new Metric({ namespace: metricNamespace(config), period, ...metric });

/**
 * The sum of several metrics. It names each of them, because METRICS() would add up everything in a graph; `id` keeps the
 * terms of one sum apart from those of another in the same graph.
 */
export const sum = (id: string, label: string, metrics: readonly IMetric[]): IMetric => {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${id}${index}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    label,
    period,
  });
};
