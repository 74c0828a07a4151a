// Who may write to the bus, make rules on it, and where its undeliverable events go.

import { expect, test } from '@jest/globals';
import { scimTemplate } from '../../../lib/scim-app.ts';
import { only, resourcesOf } from '../template.ts';

test('what the bus cannot encrypt goes to a queue that only the bus may write to', () => {
  const template = scimTemplate();
  const queue = { 'Fn::GetAtt': [expect.stringMatching(/^ChangesBusDeadLetters/), 'Arn'] };
  expect(only(template, 'AWS::Events::EventBus').DeadLetterConfig).toEqual({ Arn: queue });
  const [policy] = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(({ id }) =>
    id.startsWith('ChangesBusDeadLetters'),
  );
  const allowed = policy?.properties.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
  const bus = { 'Fn::GetAtt': [expect.stringMatching(/^ChangesBus/), 'Arn'] };
  expect(allowed).toMatchObject([
    { Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': bus } } },
  ]);
});

test('other accounts make rules on the bus only if they were set', () => {
  expect(resourcesOf(scimTemplate(), 'AWS::Events::EventBusPolicy')).toEqual([]);
  const policy = only(
    scimTemplate({ 'scim:eventSubscriberAccounts': '111111111111,222222222222' }),
    'AWS::Events::EventBusPolicy',
  );
  expect(JSON.stringify(policy.Statement)).toMatch(
    /:111111111111:root.*:222222222222:root.*:rule\/.*ChangesBus/,
  );
  expect(policy).toMatchObject({
    Statement: { Condition: { StringEqualsIfExists: { 'events:creatorAccount': expect.any(String) } } },
  });
});
