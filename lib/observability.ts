// What tells the operator that customers are not being served: an alarm for each way in which this goes wrong
// (lib/watches.ts), and a dashboard of the same measures.

import { Alarm, ComparisonOperator, Dashboard, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import type { ChangePipeline } from './change-pipeline.ts';
import type { Config } from './config.ts';
import { widgets } from './dashboard.ts';
import type { DirectoryTable } from './directory-table.ts';
import {
  accountConcurrency,
  apiMeasures,
  changeMeasures,
  failedInvocations,
  failedRules,
  heartbeats,
  missingKeys,
  previousTokensStillUsed,
  refusedKeys,
  refusedTokens,
  silentTenants,
  tableThrottles,
  throttledInvocations,
  waitingIn,
  webhookMeasures,
} from './measures.ts';
import type { ScimApi } from './scim-api.ts';
import type { TenantErasure } from './tenant-erasure.ts';
import type { TenantTokens } from './tenant-tokens.ts';
import type { TenantWatch } from './tenant-watch.ts';
import { type Watch, watches } from './watches.ts';
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
  readonly watch: TenantWatch;
  readonly ruleDeadLetters: Queue;
}

/** The alarms, the topic that they tell, and the dashboard. */
export class Observability extends Construct {
  readonly dashboardName: string;
  readonly alarmTopic: ITopic;
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.alarmTopic = new AlarmTopic(this, 'Topic', props.config).topic;
    this.action = new SnsAction(this.alarmTopic);

    const measures = measure(props);
    for (const [name, watch] of Object.entries(watches(measures))) this.addAlarm(name, watch);
    const dashboard = new Dashboard(this, 'Dashboard', { widgets: widgets(measures) });
    this.dashboardName = dashboard.dashboardName;
  }

  private addAlarm(name: string, { metric, threshold, periods = 1, silence, missing, meaning }: Watch): void {
    const alarm = new Alarm(this, name, {
      metric,
      threshold,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      alarmDescription: `${meaning} See docs/runbook.md#${name.toLowerCase()}`,
      treatMissingData: silence || missing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.action);
    // A pager closes its incident by this.
    alarm.addOkAction(this.action);
  }
}

const measure = ({
  config,
  api,
  directory,
  tokens: { authorizer, rotation, retirement, daily },
  functions,
  changes,
  webhooks,
  erasure,
  watch,
  ruleDeadLetters,
}: ObservabilityProps) => ({
  ...apiMeasures(api.api.deploymentStage),
  refusedTokens: refusedTokens(config, api.accessLog.logGroup),
  missingKeys: missingKeys(config, api.accessLog.logGroup),
  ...refusedKeys(config),
  authorizerErrors: failedInvocations('authorizer', [authorizer]),
  tokenErrors: failedInvocations('tokens', [rotation, retirement]),
  previousTokensStillUsed: previousTokensStillUsed(config),
  silentTenants: silentTenants(config),
  functionErrors: failedInvocations('scim', functions),
  functionThrottles: throttledInvocations([authorizer, ...functions]),
  accountConcurrency: accountConcurrency(),
  ...tableThrottles(directory),
  ...changeMeasures(config, changes),
  ...webhookMeasures(config, webhooks),
  erasureErrors: failedInvocations('erasure', [erasure.sweep]),
  watchErrors: failedInvocations('watch', [watch.silence]),
  ...heartbeats(config),
  failedRules: failedRules(
    changes.eventBus,
    [webhooks.events],
    [webhooks.eachMinute, erasure.eachMinute, watch.hourly, daily],
  ),
  ruleDeadLetters: waitingIn(ruleDeadLetters),
});

export type Measures = ReturnType<typeof measure>;
