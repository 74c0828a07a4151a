// What is measured on the way from a change to the product: stream, bus, rules, webhooks and their dead-letter queues.

import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Fn } from 'aws-cdk-lib/core';
import type { ChangePipeline } from '../pipeline/change-pipeline.ts';
import type { Webhooks } from '../pipeline/webhooks.ts';
import type { Config } from '../settings/config.ts';
import { failedInvocations } from './function-measures.ts';
import { ownMetric, period, sum } from './metrics.ts';

/** How far the function that reads the stream is behind (ms), its errors, and the changes that it set aside. */
export const changeMeasures = (config: Config, { processor }: ChangePipeline) => ({
  changeErrors: failedInvocations('changes', [processor]),
  changeDelay: processor.metric('IteratorAge', { period, statistic: Stats.MAXIMUM, label: 'delay' }),
  changesSetAside: ownMetric(config, {
    metricName: 'ChangesSetAside',
    statistic: Stats.SUM,
    label: 'set aside',
  }),
});

/**
 * Age of the oldest event that waits for its first delivery (s), errors of the functions, their dead letters, and the
 * webhooks that are failing.
 */
export const webhookMeasures = (config: Config, { delivery, retries, queue, deadLetters }: Webhooks) => ({
  webhookErrors: failedInvocations('webhooks', [delivery, retries]),
  webhookDelay: queue.metricApproximateAgeOfOldestMessage({
    period,
    statistic: Stats.MAXIMUM,
    label: 'delay',
  }),
  webhookDeadLetters: waitingIn(deadLetters),
  webhooksGivenUp: ownMetric(config, {
    metricName: 'WebhookGivenUp',
    statistic: Stats.SUM,
    label: 'given up',
  }),
  webhooksSuspended: ownMetric(config, {
    metricName: 'WebhooksSuspended',
    statistic: Stats.MAXIMUM,
    label: 'suspended',
  }),
  // An endpoint that is down is tried, and its backlog counted, every 15 minutes.
  webhookBacklog: ownMetric(config, {
    metricName: 'WebhookBacklog',
    statistic: Stats.MAXIMUM,
    label: 'waiting',
    period: Duration.minutes(30),
  }),
  webhookBacklogAge: ownMetric(config, {
    metricName: 'WebhookBacklogAge',
    statistic: Stats.MAXIMUM,
    label: 'oldest waiting',
    period: Duration.minutes(30),
  }),
});

/** Failed invocations of rules: those on our bus, and schedules, which are on the account's default bus. */
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

/** For a rule on a custom bus, CloudFormation's `Ref` returns `<bus>|<rule>`; the ARN ends in `rule/<bus>/<rule>`. */
const nameOnBus = (ruleArn: string): string => Fn.select(2, Fn.split('/', ruleArn));

/** How many messages a dead-letter queue holds. */
export const waitingIn = (queue: Queue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM, label: 'dead letters' });
