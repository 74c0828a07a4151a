// The measures that alarms and dashboard share, each over five minutes.

import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Fn } from 'aws-cdk-lib/core';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { ChangePipeline } from '../pipeline/change-pipeline.ts';
import type { Webhooks } from '../pipeline/webhooks.ts';
import type { Config } from '../settings/config.ts';

const period = Duration.minutes(5);

/** Requests, 5XX answers and latency of the API, by the gateway's own count. */
export const apiMeasures = (stage: Stage) => ({
  requests: stage.metricCount({ period, label: 'requests' }),
  clientErrors: stage.metricClientError({ period, statistic: Stats.SUM, label: '4XX' }),
  serverErrors: stage.metricServerError({ period, statistic: Stats.SUM, label: '5XX' }),
  medianLatency: stage.metricLatency({ period, statistic: Stats.p(50), label: 'p50' }),
  slowestLatency: stage.metricLatency({ period, statistic: Stats.p(99), label: 'p99' }),
});

/** A measure that a function writes (lambdas/platform/metrics.ts). */
const own = (config: Config, metricName: string, statistic: string, label: string, per = period): Metric =>
  new Metric({ namespace: metricNamespace(config), metricName, statistic, label, period: per });

/** Tenants whose previous token ends within a week and was used in the last day, by the daily retirement. */
export const previousTokensStillUsed = (config: Config): Metric =>
  own(config, 'PreviousTokenStillUsed', Stats.MAXIMUM, 'previous tokens still used', Duration.days(1));

/**
 * Lines of the access log with this value, found as text: a filter for JSON passes over a line that is none, for its path
 * (lib/api/access-log.ts). The dots stand for `":"`, which the expressions of a filter cannot name.
 */
const lineWith = (field: string, value: string) => FilterPattern.literal(`%${field}...${value}%`);

/** Tenants that sent requests and have stopped, by the hourly watch. */
export const silentTenants = (config: Config): Metric =>
  own(config, 'SilentTenants', Stats.MAXIMUM, 'silent tenants', Duration.hours(1));

/** Requests refused with 401, which the gateway counts only together with every other 4XX. */
export const refusedTokens = (config: Config, accessLog: ILogGroup): Metric => {
  const filter = new MetricFilter(accessLog, 'RefusedTokens', {
    logGroup: accessLog,
    filterPattern: lineWith('status', '401'),
    metricNamespace: metricNamespace(config),
    metricName: 'RefusedTokens',
  });
  return filter.metric({ period, statistic: Stats.SUM, label: '401' });
};

/** Requests refused because the tenant's throttling key is missing. */
export const missingKeys = (config: Config, accessLog: ILogGroup): Metric =>
  new MetricFilter(accessLog, 'MissingKeys', {
    logGroup: accessLog,
    filterPattern: lineWith('refusal', 'INVALID_API_KEY'),
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

/** What the functions of the account in this region run at a time, in percent of what they may. */
export const accountConcurrency = (): IMetric =>
  new MathExpression({
    // Without dimensions it is that of all functions, and the measure that Lambda's quota L-B99A9384 names as its usage.
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

/** Reads and writes that the table or one of its indexes turned away; the SDK repeats them, the client waits. */
export const tableThrottles = ({ table, indexNames }: DirectoryTable) => {
  const TableName = table.tableName;
  const parts = [{ TableName }, ...indexNames.map((name) => ({ TableName, GlobalSecondaryIndexName: name }))];
  const throttled = (id: string, label: string, metricName: string) =>
    sum(
      id,
      label,
      parts.map(
        (dimensionsMap) =>
          new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, period, statistic: Stats.SUM }),
      ),
    );
  return {
    tableReadThrottles: throttled('reads', 'throttled reads', 'ReadThrottleEvents'),
    tableWriteThrottles: throttled('writes', 'throttled writes', 'WriteThrottleEvents'),
  };
};

/**
 * What was to run every minute and did, and the hours in which the daily retirement and the hourly watch did not. Only
 * hours in which the deployment was alive count, so that a new one is not late from the start.
 */
export const heartbeats = (config: Config) => {
  const heartbeat = (name: string, per = period) => own(config, `${name}Heartbeat`, Stats.SUM, name, per);
  const hour = Duration.hours(1);
  const hoursWithout = (name: string) =>
    new MathExpression({
      usingMetrics: { alive: heartbeat('Retries', hour), wanted: heartbeat(name, hour) },
      expression: 'IF(FILL(alive, 0) > 0 AND FILL(wanted, 0) == 0, 1, 0)',
      label: `hours without ${name.toLowerCase()}`,
      period: hour,
    });
  return {
    retriesHeartbeat: heartbeat('Retries'),
    sweepHeartbeat: heartbeat('Sweep'),
    streamHeartbeat: heartbeat('Stream'),
    hoursWithoutRetirement: hoursWithout('Retirement'),
    hoursWithoutWatch: hoursWithout('Watch'),
  };
};

/** What rules could not hand to their targets: rules of our bus, and schedules, which are on the account's default bus. */
export const failedRules = (
  { eventBusName: EventBusName }: EventBus,
  ofBus: readonly Rule[],
  schedules: readonly Rule[],
): IMetric => {
  const dimensions = [
    ...ofBus.map(({ ruleArn }) => ({ EventBusName, RuleName: nameOnBus(ruleArn) })),
    ...schedules.map(({ ruleName: RuleName }) => ({ RuleName })),
  ];
  return sum(
    'rules',
    'failed rules',
    dimensions.map(
      (dimensionsMap) =>
        new Metric({
          namespace: 'AWS/Events',
          metricName: 'FailedInvocations',
          dimensionsMap,
          period,
          statistic: Stats.SUM,
        }),
    ),
  );
};

/** CloudFormation's reference to a rule on a bus of its own is `<bus>|<rule>`; its ARN ends in `rule/<bus>/<rule>`. */
const nameOnBus = (ruleArn: string): string => Fn.select(2, Fn.split('/', ruleArn));

/** How many messages are in a queue of dead letters. */
export const waitingIn = (queue: Queue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM, label: 'dead letters' });

/** How far the function behind the stream is behind it (ms), and what it set aside. */
export const changeMeasures = (config: Config, { follower }: ChangePipeline) => ({
  changeErrors: failedInvocations('changes', [follower]),
  changeDelay: follower.metric('IteratorAge', { period, statistic: Stats.MAXIMUM, label: 'delay' }),
  changesSetAside: new Metric({
    namespace: metricNamespace(config),
    metricName: 'ChangesSetAside',
    period,
    statistic: Stats.SUM,
    label: 'set aside',
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
  webhookDeadLetters: waitingIn(deadLetters),
  webhooksGivenUp: own(config, 'WebhookGivenUp', Stats.SUM, 'given up'),
  webhooksSuspended: own(config, 'WebhooksSuspended', Stats.MAXIMUM, 'suspended'),
  // An endpoint that is down is tried, and what waits for it counted, every 15 minutes.
  webhookBacklog: own(config, 'WebhookBacklog', Stats.MAXIMUM, 'waiting', Duration.minutes(30)),
});

/**
 * `id` tells the parts of one sum from those of another in the same graph, and the sum names them: METRICS() would be all of
 * the graph.
 */
const sum = (id: string, label: string, metrics: readonly IMetric[]): IMetric => {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${id}${index}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    label,
    period,
  });
};
