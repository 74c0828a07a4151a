// Shows the operator when customers are not served: the alarms (lib/observability/alarms.ts), and a dashboard of the same
// metrics.

import { Alarm, ComparisonOperator, Dashboard, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { type AlarmDefinition, alarms } from './alarms.ts';
import { widgets } from './dashboard.ts';
import { type MeasuredParts, measure } from './deployment-measures.ts';

/** The alarms, the topic that they notify, and the dashboard. */
export class Observability extends Construct {
  readonly dashboardName: string;
  /** From the settings or new. */
  readonly alarmTopic: ITopic;
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, props: MeasuredParts) {
    super(scope, id);
    this.alarmTopic = new AlarmTopic(this, 'Topic', props).topic;
    this.action = new SnsAction(this.alarmTopic);

    const measures = measure(props);
    for (const [name, definition] of Object.entries(alarms(measures))) this.addAlarm(name, definition);
    const dashboard = new Dashboard(this, 'Dashboard', { widgets: widgets(measures) });
    this.dashboardName = dashboard.dashboardName;
  }

  private addAlarm(
    name: string,
    { metric, threshold, periods = 1, below, missing, meaning }: AlarmDefinition,
  ): void {
    const alarm = new Alarm(this, name, {
      metric,
      threshold,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      alarmDescription: `${meaning} See docs/runbook.md#${name.toLowerCase()}`,
      treatMissingData: below || missing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.action);
    // So that a pager closes its incident.
    alarm.addOkAction(this.action);
  }
}
