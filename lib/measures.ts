// The measures that alarms and dashboard share, each over five minutes.

import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { ChangePipeline } from './change-pipeline.ts';
import type { Config } from './config.ts';
import type { DirectoryTable } from './directory-table.ts';
import type { Webhooks } from './webhooks.ts';

const period = Duration.minutes(5);

/** Webhooks that were switched off and single events that were given up, by the function that tries again. */
const WEBHOOK_GIVEN_UP = 'WebhookGivenUp';

/** Requests, 5XX answers and latency of the API, by the gateway's own count. */
export const apiMeasures = (stage: Stage) => ({
  requests: stage.metricCount({ period, label: 'requests' }),
  clientErrors: stage.metricClientError({ period, statistic: Stats.SUM, label: '4XX' }),
  serverErrors: stage.metricServerError({ period, statistic: Stats.SUM, label: '5XX' }),
  medianLatency: stage.metricLatency({ period, statistic: Stats.p(50), label: 'p50' }),
  slowestLatency: stage.metricLatency({ period, statistic: Stats.p(99), label: 'p99' }),
});

/** Where the measures of our own are: `Scim/<deployment>`. */
export const metricNamespace = ({ name }: Config): string => `Scim/${name}`;

/** Tenants whose previous token ends within a week and was used in the last day, by the daily retirement. */
export const previousTokensStillUsed = (config: Config): Metric =>
  new Metric({
    namespace: metricNamespace(config),
    metricName: 'PreviousTokenStillUsed',
    period: Duration.days(1),
    statistic: Stats.MAXIMUM,
    label: 'previous tokens still used',
  });

/** Requests refused with 401, which the gateway counts only together with every other 4XX. */
export const refusedTokens = (config: Config, accessLog: ILogGroup): Metric => {
  const filter = new MetricFilter(accessLog, 'RefusedTokens', {
    logGroup: accessLog,
    filterPattern: FilterPattern.stringValue('$.status', '=', '401'),
    metricNamespace: metricNamespace(config),
    metricName: 'RefusedTokens',
  });
  return filter.metric({ period, statistic: Stats.SUM, label: '401' });
};

/** Requests refused because the tenant's throttling key is missing. */
export const missingKeys = (config: Config, accessLog: ILogGroup): Metric =>
  new MetricFilter(accessLog, 'MissingKeys', {
    logGroup: accessLog,
    filterPattern: FilterPattern.stringValue('$.refusal', '=', 'INVALID_API_KEY'),
    metricNamespace: metricNamespace(config),
    metricName: 'MissingThrottleKey',
  }).metric({ period, statistic: Stats.SUM, label: 'missing throttling keys' });

/** Tokens that the authorizer refused: keys that their tenant has or had (`own`), and others, those in an hour. */
export const refusedKeys = (config: Config) => {
  const namespace = metricNamespace(config);
  const refused = (Key: string, per: Duration, label: string) =>
    new Metric({
      namespace,
      metricName: 'TokenRefused',
      dimensionsMap: { Key },
      period: per,
      statistic: Stats.SUM,
      label,
    });
  return {
    refusedOwnKeys: refused('own', period, 'keys of tenants refused'),
    refusedOtherKeys: refused('other', Duration.hours(1), 'other keys refused'),
  };
};

/** Invocations that ended in an error. */
export const failedInvocations = (label: string, functions: readonly IFunction[]): IMetric =>
  sum(
    label,
    `${label} failed`,
    functions.map((each) => each.metricErrors({ period })),
  );

/** Invocations that found no free concurrency. */
export const throttledInvocations = (functions: readonly IFunction[]): IMetric =>
  sum(
    'functions',
    'throttled',
    functions.map((each) => each.metricThrottles({ period })),
  );

/** Reads and writes that the table or one of its indexes turned away; the SDK repeats them, the client waits. */
export const tableThrottles = ({ table, indexNames }: DirectoryTable): IMetric => {
  const TableName = table.tableName;
  const parts = [{ TableName }, ...indexNames.map((name) => ({ TableName, GlobalSecondaryIndexName: name }))];
  const metrics = parts.flatMap((dimensionsMap) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map(
      (metricName) =>
        new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, period, statistic: Stats.SUM }),
    ),
  );
  return sum('table', 'throttled reads and writes', metrics);
};

/** How far the function behind the stream is behind it (ms), and what it gave up. */
export const changeMeasures = ({ follower, deadLetters }: ChangePipeline) => ({
  changeErrors: failedInvocations('changes', [follower]),
  changeDelay: follower.metric('IteratorAge', { period, statistic: Stats.MAXIMUM, label: 'delay' }),
  deadLetters: deadLetters.metricApproximateNumberOfMessagesVisible({
    period,
    statistic: Stats.MAXIMUM,
    label: 'dead letters',
  }),
});

/** How old the oldest event is that no webhook was tried with (s), what the function could not do, and what webhooks did not take for a day. */
export const webhookMeasures = (config: Config, { delivery, retries, queue, deadLetters }: Webhooks) => ({
  webhookErrors: failedInvocations('webhooks', [delivery, retries]),
  webhookDelay: queue.metricApproximateAgeOfOldestMessage({
    period,
    statistic: Stats.MAXIMUM,
    label: 'delay',
  }),
  webhookDeadLetters: deadLetters.metricApproximateNumberOfMessagesVisible({
    period,
    statistic: Stats.MAXIMUM,
    label: 'dead letters',
  }),
  webhooksGivenUp: new Metric({
    namespace: metricNamespace(config),
    metricName: WEBHOOK_GIVEN_UP,
    period,
    statistic: Stats.SUM,
    label: 'given up',
  }),
});

/** `id` tells the parts of one sum from those of another in the same graph. */
const sum = (id: string, label: string, metrics: readonly IMetric[]): IMetric => {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${id}${index}`, metric]));
  return new MathExpression({ expression: 'SUM(METRICS())', usingMetrics, label, period });
};
