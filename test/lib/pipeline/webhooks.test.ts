// The way of an event to a webhook: from the bus through a queue to the function, and each minute to the one that tries
// again.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { functionOf, type Properties, resourcesOf } from '../template.ts';

let template: Template;
beforeAll(() => {
  template = scimTemplate();
});

const arnOf = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(name), 'Arn'] });
const propertiesOf = <Type extends keyof Properties>(type: Type) =>
  resourcesOf(template, type).map(({ properties }) => properties);

describe('the queue', () => {
  test('gets every event of the bus, told apart by tenants, and may be written to by that rule alone', () => {
    expect(propertiesOf('AWS::Events::Rule')).toContainEqual(
      expect.objectContaining({
        EventBusName: { Ref: expect.stringMatching('ChangesBus') },
        EventPattern: { source: ['scim'] },
        Targets: [
          expect.objectContaining({
            Arn: arnOf('WebhooksQueue'),
            SqsParameters: { MessageGroupId: '$.detail.tenant' },
          }),
        ],
      }),
    );
    const [policy] = propertiesOf('AWS::SQS::QueuePolicy').filter(({ Queues }) =>
      JSON.stringify(Queues).includes('WebhooksQueue'),
    );
    const allowed = policy?.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toEqual([
      expect.objectContaining({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': arnOf('WebhooksEvents') } },
      }),
    ]);
  });

  test('keeps a message from others for six times as long as the function may take, as Lambda asks', () => {
    const delivery = functionOf(template, 'lambdas/handlers/webhook-delivery.ts').properties;
    const [queue] = propertiesOf('AWS::SQS::Queue').filter(({ RedrivePolicy }) => RedrivePolicy);
    expect(queue?.VisibilityTimeout).toBe(6 * Number(delivery.Timeout));
    expect(queue?.RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf('WebhooksDeadLetters'),
      maxReceiveCount: 10,
    });
  });

  test('is emptied ten messages at a time, by ten functions at most, each message done by itself', () => {
    expect(propertiesOf('AWS::Lambda::EventSourceMapping')).toContainEqual(
      expect.objectContaining({
        EventSourceArn: arnOf('WebhooksQueue'),
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 10 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
  });
});

test('what was not taken is tried again every minute', () => {
  expect(propertiesOf('AWS::Events::Rule')).toContainEqual(
    expect.objectContaining({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [expect.objectContaining({ Arn: arnOf('WebhooksRetries') })],
    }),
  );
});

test.each([
  ['a webhook that was disabled', 'Scim/Scim', 'WebhookGivenUp', {}],
  ['events that come late', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: 'WebhooksQueue' }],
  [
    'events that were given up',
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    { QueueName: 'WebhooksDeadLetters' },
  ],
])('an alarm tells of %s', (_, namespace, metricName, dimensions) => {
  const alarms = propertiesOf('AWS::CloudWatch::Alarm').map((alarm) => JSON.stringify(alarm));
  const watching = alarms.filter(
    (alarm) =>
      alarm.includes(`"Namespace":"${namespace}"`) &&
      alarm.includes(`"MetricName":"${metricName}"`) &&
      Object.entries(dimensions).every(([name, value]) => new RegExp(`"${name}".*"${value}`).test(alarm)),
  );
  expect(watching).toHaveLength(1);
});
