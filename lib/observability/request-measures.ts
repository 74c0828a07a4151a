// What is measured of SCIM requests: at the gateway, by the authorizer, and in the table behind them.

import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { DirectoryTable } from '../foundation/directory-table.ts';
import { metricNamespace } from '../foundation/metric-namespace.ts';
import type { Config } from '../settings/config.ts';
import { ownMetric, period, sum } from './metrics.ts';

/** Requests, 4XX and 5XX answers and latency (ms) of the API, as the gateway counts them. */
export const apiMeasures = (stage: Stage) => ({
  requests: stage.metricCount({ period, label: 'requests' }),
  clientErrors: stage.metricClientError({ period, statistic: Stats.SUM, label: '4XX' }),
  serverErrors: stage.metricServerError({ period, statistic: Stats.SUM, label: '5XX' }),
  medianLatency: stage.metricLatency({ period, statistic: Stats.p(50), label: 'p50' }),
  slowestLatency: stage.metricLatency({ period, statistic: Stats.p(99), label: 'p99' }),
});

/**
 * Lines of the access log in which a field has this value. They are matched as text: a JSON filter skips lines that are not
 * valid JSON, which the path may make them (lib/api/access-log.ts). The dots stand for `":"`, which a filter expression
 * cannot contain.
 */
const lineWith = (field: string, value: string) => FilterPattern.literal(`%${field}...${value}%`);

/** Requests refused with 401, which the gateway itself counts only together with every other 4XX. */
export const refusedTokens = (config: Config, accessLog: ILogGroup): Metric =>
  new MetricFilter(accessLog, 'RefusedTokens', {
    logGroup: accessLog,
    filterPattern: lineWith('status', '401'),
    metricNamespace: metricNamespace(config),
    metricName: 'RefusedTokens',
  }).metric({ period, statistic: Stats.SUM, label: '401' });

/** Requests refused because the tenant has no throttling key. */
export const missingKeys = (config: Config, accessLog: ILogGroup): Metric =>
  new MetricFilter(accessLog, 'MissingKeys', {
    logGroup: accessLog,
    filterPattern: lineWith('refusal', 'INVALID_API_KEY'),
    metricNamespace: metricNamespace(config),
    metricName: 'MissingThrottleKey',
  }).metric({ period, statistic: Stats.SUM, label: 'missing throttling keys' });

/** Tokens that the authorizer refused: those whose key belongs or belonged to their tenant, and all others (per hour). */
export const refusedKeys = (config: Config) => {
  const refused = (Key: string, label: string, per: Duration) =>
    ownMetric(config, {
      metricName: 'TokenRefused',
      dimensionsMap: { Key },
      period: per,
      statistic: Stats.SUM,
      label,
    });
  return {
    refusedOwnKeys: refused('own', 'keys of tenants refused', period),
    refusedOtherKeys: refused('other', 'other keys refused', Duration.hours(1)),
  };
};

/** Writes that no answer needed and that failed or took too long (lambdas/platform/best-effort.ts). */
export const lostWrites = (config: Config): Metric =>
  ownMetric(config, { metricName: 'WriteLost', statistic: Stats.SUM, label: 'lost writes' });

/** Reads and writes that the table or one of its indexes throttled; the SDK retries them while the client waits. */
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
