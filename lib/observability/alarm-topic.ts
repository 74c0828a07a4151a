// The SNS topic that alarms notify: one from the settings, or a new one. Synthesis warns while it has no subscriber.

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Annotations, Aspects, Stack } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import type { Config, PartProps } from '../settings/config.ts';

/** The topic. An e-mail address from the settings is subscribed and must confirm the mail that SNS sends. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    const { alarmTopicArn, alarmEmail } = config;
    this.topic = alarmTopicArn ? Topic.fromTopicArn(this, 'Given', alarmTopicArn) : this.makeTopic(config);
    if (alarmEmail) this.topic.addSubscription(new EmailSubscription(alarmEmail));
    // The app may add a subscription at any time before synthesis.
    if (!alarmTopicArn) Aspects.of(this).add({ visit: (node) => this.warnUnlessHeard(node) });
  }

  private warnUnlessHeard(node: IConstruct): void {
    if (node !== this || Stack.of(this).node.findAll().some(isSubscriptionTo(this.topic))) return;
    Annotations.of(this).addWarningV2(
      'scim:nobodyHearsAlarms',
      'Nobody is notified of alarms: set scim:alarmEmail or scim:alarmTopicArn, or subscribe to the topic in the output AlarmTopicArn.',
    );
  }

  private makeTopic({ encryptionKey }: Config): Topic {
    const topic = new Topic(this, 'Topic', {
      displayName: 'SCIM endpoint',
      enforceSSL: true,
      ...(encryptionKey && { masterKey: encryptionKey }),
    });
    // A topic policy replaces the default one, which lets services of the account publish: CloudWatch must be allowed again.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }
}

const isSubscriptionTo =
  ({ topicArn }: ITopic) =>
  (node: IConstruct): boolean =>
    node instanceof CfnSubscription && node.topicArn === topicArn;
