import * as cdk from 'aws-cdk-lib/core';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ScimEndpoint } from 'scim-endpoint';
import type { EventType } from 'scim-endpoint/events';

export class CdkInitStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const signOut = new lambda.Function(this, 'SignOutFunction', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {};'),
    });

    const scim = new ScimEndpoint(this, 'Scim', { tokenGraceDays: 14 });

    const detailType: EventType[] = ['user.deactivated', 'user.deleted'];
    new Rule(this, 'SignOut', {
      eventBus: scim.eventBus,
      eventPattern: { source: ['scim'], detailType },
      targets: [new LambdaFunction(signOut)],
    });
    scim.alarmTopic?.addSubscription(new EmailSubscription('ops@example.com'));
    scim.table.grantReadData(signOut);
    new cdk.CfnOutput(this, 'TenantUrl', { value: `${scim.baseUrl}/acme/v2` });
  }
}
