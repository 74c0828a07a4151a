// Each way in which customers are not served has an alarm, on the measures of all the parts that it is about.

import { beforeAll, expect, test } from '@jest/globals';
import { indexes } from '../../lambdas/table/keys.ts';
import { scimTemplate, type Template } from '../../lib/scim-app.ts';
import { type Measure, only, resourcesOf } from './template.ts';

let template: Template;
let alarms: string[][];

beforeAll(() => {
  template = scimTemplate();
  alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ properties }) =>
    properties.Metrics.flatMap(({ MetricStat }) => (MetricStat ? [describeMeasure(MetricStat)] : [])),
  );
});

/** `AWS/Lambda Errors Sum users`: what is measured, how, and of which handler, index or queue. */
const describeMeasure = ({ Metric, Stat }: Measure): string => {
  const of = (Metric.Dimensions ?? [])
    .filter(({ Name }) => !['ApiName', 'Stage', 'TableName'].includes(Name))
    .map(({ Value }) => nameOf(Value));
  return [Metric.Namespace, Metric.MetricName, Stat, ...of].join(' ');
};

const nameOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  const id = Ref ?? attribute?.[0] ?? '';
  const entry = template.Resources[id]?.Metadata?.['scim:entry'];
  return typeof entry === 'string' ? entry.replace(/^.*\/|\.ts$/g, '') : id.replace(/[0-9A-F]{8}$/, '');
};

const serving = ['users', 'groups', 'bulk', 'discovery', 'resources'];
const tableAndIndexes = ['', ...Object.values(indexes).map(({ indexName }) => ` ${indexName}`)];

test.each([
  ['answers of 5XX', ['AWS/ApiGateway 5XXError Sum']],
  ['one request in a hundred that takes long', ['AWS/ApiGateway Latency p99']],
  ['functions that fail', serving.map((name) => `AWS/Lambda Errors Sum ${name}`)],
  ['an authorizer that fails', ['AWS/Lambda Errors Sum authorizer']],
  [
    'tokens that are not rotated or not ended',
    ['token-rotation', 'token-retirement'].map((name) => `AWS/Lambda Errors Sum ${name}`),
  ],
  ['a burst of refused tokens', ['Scim/Scim RefusedTokens Sum']],
  [
    'functions that are turned away',
    ['authorizer', ...serving].map((name) => `AWS/Lambda Throttles Sum ${name}`),
  ],
  [
    'requests that the table or an index turns away',
    tableAndIndexes.flatMap((part) =>
      ['Read', 'Write'].map((what) => `AWS/DynamoDB ${what}ThrottleEvents Sum${part}`),
    ),
  ],
  ['a stream that is followed late', ['AWS/Lambda IteratorAge Maximum changes']],
  ['changes that were given up', ['AWS/SQS ApproximateNumberOfMessagesVisible Maximum ChangesDeadLetters']],
  ['a deleted tenant of which something is left', ['AWS/Lambda Errors Sum grave-sweep']],
  ['keys of tenants that are refused', ['Scim/Scim TokenRefused Sum own']],
  ['other keys that are refused', ['Scim/Scim TokenRefused Sum other']],
  ['tenants whose throttling key is missing', ['Scim/Scim MissingThrottleKey Sum']],
  ['a token that is used and about to be retired', ['Scim/Scim PreviousTokenStillUsed Maximum']],
])('an alarm tells of %s', (_, measures) => {
  expect(alarms).toContainEqual(measures);
});

test.each([
  ['refused tokens', 'RefusedTokens', '{ $.status = "401" }', { status: '$context.status' }],
  [
    'missing keys',
    'MissingThrottleKey',
    '{ $.refusal = "INVALID_API_KEY" }',
    { refusal: '$context.error.responseType' },
  ],
])('%s are counted by a field that the access log has, as text', (_, MetricName, FilterPattern, field) => {
  const { AccessLogSetting } = only(template, 'AWS::ApiGateway::Stage');
  expect(JSON.parse(AccessLogSetting.Format)).toMatchObject(field);
  const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').map(({ properties }) => properties);
  expect(filters).toContainEqual(
    expect.objectContaining({
      FilterPattern,
      MetricTransformations: [expect.objectContaining({ MetricNamespace: 'Scim/Scim', MetricName })],
    }),
  );
});

test.each([
  ['keys of tenants', 'own', 1, 300],
  ['others', 'other', 10, 3600],
])('of refused keys, %s are told from the number on that was decided', (_, key, threshold, seconds) => {
  const alarm = resourcesOf(template, 'AWS::CloudWatch::Alarm').find(({ properties }) =>
    JSON.stringify(properties.Metrics).includes(`"Value":"${key}"`),
  );
  expect(alarm?.properties).toMatchObject({
    Threshold: threshold,
    Metrics: [{ MetricStat: { Period: seconds, Metric: { Dimensions: [{ Name: 'Key', Value: key }] } } }],
  });
});

test('the alarm of a missing key names the command that makes it, at the first request that is refused', () => {
  const alarm = resourcesOf(template, 'AWS::CloudWatch::Alarm').find(({ properties }) =>
    JSON.stringify(properties.Metrics).includes('MissingThrottleKey'),
  );
  expect(alarm?.properties).toMatchObject({
    Threshold: 1,
    AlarmDescription: expect.stringContaining('`npm run scim -- tenant throttle --all`'),
  });
});
