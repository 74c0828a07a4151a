// What scheduled functions measure of tenants, and whether those functions run at all.

import { MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Config } from '../settings/config.ts';
import { ownMetric, period } from './metrics.ts';

/** Tenants whose previous token ends within a week and was used in the last day, counted by the daily retirement. */
export const previousTokensStillUsed = (config: Config): Metric =>
  ownMetric(config, {
    metricName: 'PreviousTokenStillUsed',
    statistic: Stats.MAXIMUM,
    label: 'previous tokens still used',
    period: Duration.days(1),
  });

/** Tenants that used to send requests and have stopped, counted by the hourly watch. */
export const silentTenants = (config: Config): Metric =>
  ownMetric(config, {
    metricName: 'SilentTenants',
    statistic: Stats.MAXIMUM,
    label: 'silent tenants',
    period: Duration.hours(1),
  });

/**
 * Runs of what is due every minute, and the hours in which the daily retirement and the hourly watch did not run. Only hours
 * in which the deployment was alive count, so that a new one is not late from the start.
 */
export const heartbeats = (config: Config) => {
  const heartbeat = (name: string, per = period) =>
    ownMetric(config, { metricName: `${name}Heartbeat`, statistic: Stats.SUM, label: name, period: per });
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
