// Alarms notify one topic, of the deployment or of the settings; synthesis warns while nobody subscribes to it.

import { rmSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimApp, scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { only, resourcesOf } from '../template.ts';

let template: Template;

beforeAll(() => {
  template = scimTemplate();
});

describe('who hears of alarms', () => {
  const actionsOf = (of: Template) =>
    resourcesOf(of, 'AWS::CloudWatch::Alarm').map(({ properties: { AlarmActions, OKActions } }) => ({
      AlarmActions,
      OKActions,
    }));
  const warningsOf = (settings: object): string[] => {
    const { app, stack } = scimApp({
      context: { ...settings },
      deployable: false,
      builtinCloudFormationValidation: false,
    });
    const assembly = app.synth();
    const { messages } = assembly.getStackArtifact(stack.artifactId);
    rmSync(assembly.directory, { recursive: true });
    return messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data));
  };

  test('without settings: a topic of the deployment, encrypted, to which CloudWatch may publish', () => {
    const [topic] = resourcesOf(template, 'AWS::SNS::Topic');
    const told = [{ Ref: topic?.id }];
    for (const actions of actionsOf(template))
      expect(actions).toEqual({ AlarmActions: told, OKActions: told });
    expect(topic?.properties.KmsMasterKeyId).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'],
    });
    expect(only(template, 'AWS::SNS::TopicPolicy').PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    expect(template.Outputs.AlarmTopicArn?.Value).toEqual({ Ref: topic?.id });
    expect(scimApp({ deployable: false }).stack.endpoint.alarmTopic?.topicArn).toBeDefined();
  });

  test('nobody, which synthesis warns of', () => {
    expect(warningsOf({})).toEqual([
      expect.stringContaining('Nobody is notified of alarms: set scim:alarmEmail'),
    ]);
    expect(warningsOf({ 'scim:alarmEmail': 'operators@example.com' })).toEqual([]);
    expect(warningsOf({ 'scim:alarmTopicArn': everythingSet['scim:alarmTopicArn'] })).toEqual([]);
    expect(warningsOf({ 'scim:emulator': true })).toEqual([]);
  });

  test('an address of the settings', () => {
    const withAddress = scimTemplate({ 'scim:alarmEmail': 'operators@example.com' });
    expect(only(withAddress, 'AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'operators@example.com',
      TopicArn: { Ref: expect.stringMatching('Topic') },
    });
  });

  test('a topic of the settings, and then none is made', () => {
    const arn = everythingSet['scim:alarmTopicArn'];
    const withTopic = scimTemplate({ 'scim:alarmTopicArn': arn });
    expect(resourcesOf(withTopic, 'AWS::SNS::Topic')).toEqual([]);
    for (const actions of actionsOf(withTopic)) {
      expect(actions).toEqual({ AlarmActions: [arn], OKActions: [arn] });
    }
    expect(withTopic.Outputs.AlarmTopicArn?.Value).toBe(arn);
  });
});
