// What a rule or a schedule cannot hand to its target is kept, and only these rules may put anything there.

import { beforeAll, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { resourcesOf } from '../template.ts';

let template: Template;
beforeAll(() => {
  template = scimTemplate();
});

const queueId = () => {
  const [queue] = resourcesOf(template, 'AWS::SQS::Queue').filter(({ id }) =>
    id.startsWith('RuleDeadLetters'),
  );
  return queue?.id ?? '';
};

test('every target of every rule has the queue of dead letters', () => {
  const rules = resourcesOf(template, 'AWS::Events::Rule');
  expect(rules.length).toBeGreaterThanOrEqual(4);
  for (const { id, properties } of rules) {
    const letters = (properties.Targets as { DeadLetterConfig?: unknown }[]).map(
      ({ DeadLetterConfig }) => DeadLetterConfig,
    );
    expect({ id, letters }).toEqual({ id, letters: [{ Arn: { 'Fn::GetAtt': [queueId(), 'Arn'] } }] });
  }
});

test('each of these rules may write to it, and nobody else', () => {
  const [policy] = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(({ properties }) =>
    properties.Queues.some(({ Ref }) => Ref === queueId()),
  );
  const allowed =
    policy?.properties.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow') ?? [];
  const sources = allowed.map((statement) => {
    expect(statement).toMatchObject({
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
    });
    const { Condition } = statement as unknown as { Condition: { ArnEquals: Record<string, unknown> } };
    return (Condition.ArnEquals['aws:SourceArn'] as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? '';
  });
  const rules = resourcesOf(template, 'AWS::Events::Rule').map(({ id }) => id);
  expect(sources.toSorted()).toEqual(rules.toSorted());
});

test('what rules put there is encrypted with the key of the deployment, which lets EventBridge use it', () => {
  const [queue] = resourcesOf(template, 'AWS::SQS::Queue').filter(({ id }) => id === queueId());
  expect(queue?.properties).toMatchObject({
    KmsMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
    MessageRetentionPeriod: 14 * 24 * 60 * 60,
  });
  expect(JSON.stringify(resourcesOf(template, 'AWS::KMS::Key'))).toContain('events.amazonaws.com');
});
