// Each way in which customers are not served has an alarm, on the measures of all the parts that it is about.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { indexes } from '../../../lambdas/table/keys.ts';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { type Measure, only, type Properties, resourcesOf } from '../template.ts';

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
    .filter(({ Name }) => !['ApiName', 'Stage', 'TableName', 'EventBusName'].includes(Name))
    .map(({ Value }) => nameOf(Value));
  return [Metric.Namespace, Metric.MetricName, Stat, ...of].join(' ');
};

const nameOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && 'Fn::Select' in value) return nameOf(splitIn(value));
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  const id = Ref ?? attribute?.[0] ?? '';
  const entry = template.Resources[id]?.Metadata?.['scim:entry'];
  return typeof entry === 'string' ? entry.replace(/^.*\/|\.ts$/g, '') : id.replace(/[0-9A-F]{8}$/, '');
};

/** What a part of is selected. */
const splitIn = (value: object): unknown => {
  const { 'Fn::Select': selected } = value as { 'Fn::Select': [number, { 'Fn::Split': [string, unknown] }] };
  return selected[1]['Fn::Split'][1];
};

const serving = ['users', 'groups', 'bulk', 'discovery', 'resources'];
const tableAndIndexes = ['', ...Object.values(indexes).map(({ indexName }) => ` ${indexName}`)];

test.each<[string, string[]]>([
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
  ...['Read', 'Write'].map((what): [string, string[]] => [
    `what of ${what} the table or an index turns away`,
    tableAndIndexes.map((part) => `AWS/DynamoDB ${what}ThrottleEvents Sum${part}`),
  ]),
  ['an account that runs as much as it may', ['AWS/Lambda ConcurrentExecutions Maximum']],
  [
    'a rule or a schedule that does not reach its target',
    ['WebhooksEvents', 'WebhooksEachMinute', 'ErasureEachMinute', 'WatchHourly', 'TokensDaily'].map(
      (rule) => `AWS/Events FailedInvocations Sum ${rule}`,
    ),
  ],
  ['what rules gave up', ['AWS/SQS ApproximateNumberOfMessagesVisible Maximum RuleDeadLettersQueue']],
  ['webhooks that are suspended', ['Scim/Scim WebhooksSuspended Maximum']],
  ['a backlog that grows', ['Scim/Scim WebhookBacklog Maximum']],
  ['an event that waits for hours (S2.6)', ['Scim/Scim WebhookBacklogAge Maximum']],
  ['a stream that is followed late', ['AWS/Lambda IteratorAge Maximum changes']],
  ['changes that are set aside', ['Scim/Scim ChangesSetAside Sum']],
  ['a deleted tenant of which something is left', ['AWS/Lambda Errors Sum grave-sweep']],
  ['a customer that stops asking', ['Scim/Scim SilentTenants Maximum']],
  ['keys of tenants that are refused', ['Scim/Scim TokenRefused Sum own']],
  ['other keys that are refused', ['Scim/Scim TokenRefused Sum other']],
  ['tenants whose throttling key is missing', ['Scim/Scim MissingThrottleKey Sum']],
  ['writes that were lost (S1.4)', ['Scim/Scim WriteLost Sum']],
  ['a token that is used and about to be retired', ['Scim/Scim PreviousTokenStillUsed Maximum']],
])('there is an alarm for %s', (_, measures) => {
  expect(alarms).toContainEqual(measures);
});

/** An alarm by the name in its logical id. */
const alarmOf = (name: string): Properties['AWS::CloudWatch::Alarm'] => {
  const [found, ...others] = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(
    ({ id }) => nameOf({ Ref: id }) === `Observability${name}`,
  );
  if (!found || others.length > 0) throw new Error(`There is not exactly one alarm ${name}.`);
  return found.properties;
};

describe('silence is an alarm, too', () => {
  test.each(['Retries', 'Sweep', 'Stream'])('of the %s, after 15 minutes', (name) => {
    const alarm = alarmOf(`${name}Heartbeat`);
    expect(alarm).toMatchObject({
      Metrics: [
        {
          MetricStat: {
            Metric: { Namespace: 'Scim/Scim', MetricName: `${name}Heartbeat` },
            Stat: 'Sum',
            Period: 300,
          },
        },
      ],
      EvaluationPeriods: 3,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test.each([
    ['the daily retirement', 'Retirement', 26],
    ['the hourly watch', 'Watch', 3],
  ])('of %s, after %s hours in which the deployment was alive', (_, name, hours) => {
    const metricOf = (heartbeat: string) =>
      expect.objectContaining({
        MetricStat: expect.objectContaining({
          Period: 3600,
          Metric: expect.objectContaining({ MetricName: `${heartbeat}Heartbeat` }),
        }),
      });
    expect(alarmOf(`${name}Heartbeat`)).toMatchObject({
      EvaluationPeriods: hours,
      Threshold: 1,
      TreatMissingData: 'breaching',
      Metrics: expect.arrayContaining([
        expect.objectContaining({
          Expression: 'IF(FILL(alive, 0) > 0 AND FILL(wanted, 0) == 0, 1, 0)',
        }),
        metricOf('Retries'),
        metricOf(name),
      ]),
    });
  });

  test('and nothing else is, because most measures are only there when something happens', () => {
    const breaching = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(
      ({ properties }) => properties.TreatMissingData === 'breaching',
    );
    expect(breaching).toHaveLength(5);
  });
});

test('a rule on the bus is named as CloudWatch names it, which is not what a reference to it gives', () => {
  const dimensions = alarmOf('FailedRules').Metrics.map(({ MetricStat }) =>
    Object.fromEntries((MetricStat?.Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
  );
  const onTheBus = dimensions.filter(({ EventBusName }) => EventBusName !== undefined);
  expect(onTheBus).toEqual([
    {
      EventBusName: { Ref: expect.stringMatching(/^ChangesBus/) },
      RuleName: {
        'Fn::Select': [
          2,
          { 'Fn::Split': ['/', { 'Fn::GetAtt': [expect.stringMatching(/^WebhooksEvents/), 'Arn'] }] },
        ],
      },
    },
  ]);
});

test('no alarm looks back further than CloudWatch does: a day, or seven with periods of an hour or more', () => {
  for (const { properties } of resourcesOf(template, 'AWS::CloudWatch::Alarm')) {
    for (const { MetricStat } of properties.Metrics) {
      const period = MetricStat?.Period ?? 0;
      expect(period * properties.EvaluationPeriods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
    }
  }
});

test('the concurrency of the account is held against its quota', () => {
  expect(alarmOf('AccountConcurrency')).toMatchObject({
    Threshold: 80,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Metrics: expect.arrayContaining([
      expect.objectContaining({ Expression: '100 * concurrency / SERVICE_QUOTA(concurrency)' }),
    ]),
  });
});

describe('formulas', () => {
  /** A metric of a graph is an array, with its options at the end; options alone are a formula. */
  interface Graph {
    readonly formulas: readonly string[];
    readonly ids: readonly string[];
  }
  const graphs = (): Graph[] => {
    const { DashboardBody } = only(template, 'AWS::CloudWatch::Dashboard');
    const { widgets } = JSON.parse(textOf(DashboardBody));
    return widgets.map(({ properties: { metrics } }: { properties: { metrics: unknown[][] } }) => {
      const options = metrics.map((metric) => metric.at(-1) as { expression?: string; id?: string });
      return {
        formulas: options.flatMap(({ expression }) => expression ?? []),
        ids: options.flatMap(({ id, expression }) =>
          expression === undefined && id !== undefined ? [id] : [],
        ),
      };
    });
  };
  const ofAlarms = (): Graph[] =>
    resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ properties: { Metrics } }) => ({
      formulas: Metrics.flatMap(({ Expression }) => Expression ?? []),
      ids: Metrics.flatMap(({ Id, Expression }) => (Expression === undefined ? [Id] : [])),
    }));

  test('add up measures that they name, each of them that is there, and no other', () => {
    const all = [...graphs(), ...ofAlarms()].filter(({ formulas }) => formulas.length > 0);
    expect(all.flatMap(({ formulas }) => formulas).length).toBeGreaterThan(15);
    for (const { formulas, ids } of all) {
      const named = formulas.flatMap((formula) => [...new Set(formula.match(/\b[a-z]\w*/g) ?? [])]);
      expect(named.toSorted()).toEqual(ids.toSorted());
      expect(formulas.filter((formula) => formula.includes('METRICS('))).toEqual([]);
    }
  });

  test('have room for more: an alarm may have ten measures', () => {
    for (const { ids } of ofAlarms()) expect(ids.length).toBeLessThanOrEqual(8);
  });
});

/** The text that `Fn::Join` makes, with the names of references in it. */
const textOf = (value: unknown): string =>
  (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : nameOf(part)))
    .join('');

test('the gateway measures no methods, which nothing reads', () => {
  const { MethodSettings } = only(template, 'AWS::ApiGateway::Stage');
  expect(MethodSettings.map(({ MetricsEnabled }) => MetricsEnabled)).toEqual([false]);
  expect(JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Alarm'))).not.toContain('"Method"');
});

test.each([
  ['refused tokens', 'RefusedTokens', '%status...401%', { status: '$context.status' }],
  [
    'missing keys',
    'MissingThrottleKey',
    '%refusal...INVALID_API_KEY%',
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

test('every alarm says what is wrong, and tells the topic that was set', () => {
  const described = resourcesOf(scimTemplate(everythingSet), 'AWS::CloudWatch::Alarm');
  expect(described.length).toBeGreaterThan(5);
  for (const {
    properties: { AlarmDescription, AlarmActions },
  } of described) {
    expect(AlarmDescription).toMatch(/: .{10,}\. See docs\/runbook\.md#[a-z]+$/);
    expect(AlarmActions).toEqual([everythingSet['scim:alarmTopicArn']]);
  }
});
