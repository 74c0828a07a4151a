// What tells the operator that customers are not being served: one alarm for each way in which this goes wrong, and a
// dashboard of the same measures.

import { Alarm, Dashboard, GraphWidget, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ChangePipeline } from './change-pipeline.ts';
import type { Config } from './config.ts';
import type { DirectoryTable } from './directory-table.ts';
import {
  apiMeasures,
  changeMeasures,
  failedInvocations,
  missingKeys,
  previousTokensStillUsed,
  refusedKeys,
  refusedTokens,
  tableThrottles,
  throttledInvocations,
  webhookMeasures,
} from './measures.ts';
import type { ScimApi } from './scim-api.ts';
import type { TenantErasure } from './tenant-erasure.ts';
import type { TenantTokens } from './tenant-tokens.ts';
import type { Webhooks } from './webhooks.ts';

export interface ObservabilityProps {
  readonly config: Config;
  readonly api: ScimApi;
  readonly directory: DirectoryTable;
  readonly tokens: TenantTokens;
  /** The functions that answer SCIM requests. */
  readonly functions: readonly IFunction[];
  readonly changes: ChangePipeline;
  readonly webhooks: Webhooks;
  readonly erasure: TenantErasure;
}

interface Watch {
  readonly metric: IMetric;
  /** Alarms when the measure reaches this ... */
  readonly threshold: number;
  /** ... in so many periods of its on end; default 1. */
  readonly periods?: number;
  /** What is wrong then, and where to look. */
  readonly meaning: string;
}

/** Alarms, which tell the topic of the settings if there is one, and the dashboard. */
export class Observability extends Construct {
  readonly dashboardName: string;
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { alarmTopicArn } = props.config;
    this.action = alarmTopicArn ? new SnsAction(Topic.fromTopicArn(this, 'Topic', alarmTopicArn)) : undefined;

    const measures = measure(props);
    for (const [name, watch] of Object.entries(watches(measures))) this.addAlarm(name, watch);
    const dashboard = new Dashboard(this, 'Dashboard', { widgets: widgets(measures) });
    this.dashboardName = dashboard.dashboardName;
  }

  private addAlarm(name: string, { metric, threshold, periods = 1, meaning }: Watch): void {
    const alarm = new Alarm(this, name, {
      metric,
      threshold,
      evaluationPeriods: periods,
      alarmDescription: meaning,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.action) alarm.addAlarmAction(this.action);
  }
}

const measure = ({
  config,
  api,
  directory,
  tokens: { authorizer, rotation, retirement },
  functions,
  changes,
  webhooks,
  erasure,
}: ObservabilityProps) => ({
  ...apiMeasures(api.api.deploymentStage),
  refusedTokens: refusedTokens(config, api.accessLog.logGroup),
  missingKeys: missingKeys(config, api.accessLog.logGroup),
  ...refusedKeys(config),
  authorizerErrors: failedInvocations('authorizer', [authorizer]),
  tokenErrors: failedInvocations('tokens', [rotation, retirement]),
  previousTokensStillUsed: previousTokensStillUsed(config),
  functionErrors: failedInvocations('scim', functions),
  functionThrottles: throttledInvocations([authorizer, ...functions]),
  tableThrottles: tableThrottles(directory),
  ...changeMeasures(changes),
  ...webhookMeasures(config, webhooks),
  erasureErrors: failedInvocations('erasure', [erasure.sweep]),
});

type Measures = ReturnType<typeof measure>;

const watches = (measures: Measures): Record<string, Watch> => ({
  ServerErrors: {
    metric: measures.serverErrors,
    threshold: 5,
    meaning: 'SCIM requests are answered with 5XX: look for level ERROR in the logs of the functions.',
  },
  SlowAnswers: {
    metric: measures.slowestLatency,
    threshold: 5000,
    periods: 3,
    meaning:
      'One request in a hundred takes over 5 s: look for throttles, large groups and unindexed filters.',
  },
  FunctionErrors: {
    metric: measures.functionErrors,
    threshold: 1,
    meaning: 'A function ended without an answer (crash, timeout, memory): see its log.',
  },
  // The authorizer refuses by an error, as the gateway demands; those are counted by RefusedTokens, too.
  AuthorizerErrors: {
    metric: measures.authorizerErrors,
    threshold: 50,
    meaning: 'The authorizer fails or refuses unusually often: see its log, then Secrets Manager.',
  },
  RefusedTokens: {
    metric: measures.refusedTokens,
    threshold: 100,
    meaning:
      'A burst of 401: a customer has an old token, or somebody is guessing. The access log names the paths.',
  },
  RefusedOwnKeys: {
    metric: measures.refusedOwnKeys,
    threshold: 1,
    meaning:
      'A customer uses a token that ended or is not current yet, and Entra puts its job into quarantine: the event ' +
      'tenant.token.refused names the tenant and the key; `token show` prints what to paste into Entra.',
  },
  RefusedOtherKeys: {
    metric: measures.refusedOtherKeys,
    threshold: 10,
    meaning:
      'Ten tokens in an hour that no tenant ever had: a deleted tenant still asks, a token was copied wrongly, or somebody is ' +
      'guessing. The event tenant.token.refused names a tenant that exists, the access log the paths.',
  },
  MissingKeys: {
    metric: measures.missingKeys,
    threshold: 1,
    meaning:
      'A tenant is refused with 503 because its throttling key is missing: `npm run scim -- tenant throttle --all` makes it, ' +
      'and some minutes later the gateway knows it.',
  },
  TokenErrors: {
    metric: measures.tokenErrors,
    threshold: 1,
    meaning:
      'A token was not rotated by its schedule, or a previous one not ended although its grace is over: see the logs of ' +
      'the rotation and the retirement.',
  },
  PreviousTokenStillUsed: {
    metric: measures.previousTokensStillUsed,
    threshold: 1,
    meaning:
      'A customer still uses a token that ends within a week: its log names the tenant, who must paste the new one.',
  },
  FunctionThrottles: {
    metric: measures.functionThrottles,
    threshold: 1,
    meaning:
      'Functions are turned away: the concurrency of the account, or that of the authorizer, is used up.',
  },
  TableThrottles: {
    metric: measures.tableThrottles,
    threshold: 10,
    meaning: 'The table or an index turns requests away: one tenant may be too hot for a partition.',
  },
  ChangeErrors: {
    metric: measures.changeErrors,
    threshold: 1,
    meaning: 'The function behind the stream ended without an answer: see its log. The batch is repeated.',
  },
  ChangeDelay: {
    metric: measures.changeDelay,
    threshold: 300_000,
    meaning:
      'The product hears of changes five minutes late or more: look for errors and throttles of the changes function.',
  },
  DeadLetters: {
    metric: measures.deadLetters,
    threshold: 1,
    meaning:
      'Changes were given up: the queue names their records, which the stream keeps for 24 hours after the change.',
  },
  WebhookGivenUp: {
    metric: measures.webhooksGivenUp,
    threshold: 1,
    meaning:
      'A webhook took nothing for a day and is switched off, or refused single events for a day, which are gone: the log ' +
      'of the retries names the tenant. When it is mended, `webhook enable` posts what waits, `resync` tells all again.',
  },
  WebhookErrors: {
    metric: measures.webhookErrors,
    threshold: 1,
    meaning: 'A function that posts events ended without an answer: see its log. Its batch is repeated.',
  },
  WebhookDelay: {
    metric: measures.webhookDelay,
    threshold: 300,
    meaning:
      'Webhooks hear of changes five minutes late or more: look for errors and throttles of the delivery function.',
  },
  WebhookDeadLetters: {
    metric: measures.webhookDeadLetters,
    threshold: 1,
    meaning:
      'Events for webhooks were given up after ten attempts of the delivery function: see its log; when the reason is ' +
      "mended, start a redrive of the queue's messages in SQS.",
  },
  ErasureErrors: {
    metric: measures.erasureErrors,
    threshold: 1,
    meaning:
      'What came late of a deleted tenant is not erased: see the log of the sweep, which tries again every minute.',
  },
});

const widgets = (measures: Measures) => {
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
      graph('Throttled table', measures.tableThrottles),
    ],
    [
      graph('Delay of changes (ms)', measures.changeDelay),
      graph('Failed changes', measures.changeErrors, measures.deadLetters),
    ],
    [
      graph('Delay of webhooks (s)', measures.webhookDelay),
      graph('Failed webhooks', measures.webhookErrors, measures.webhookDeadLetters, measures.webhooksGivenUp),
    ],
  ];
};
