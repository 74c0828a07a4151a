// The retirement of previous tokens runs by itself and has an alarm.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { functionOf, resourcesOf } from '../template.ts';

let full: Template;

beforeAll(() => {
  full = scimTemplate(everythingSet);
});

describe('the retirement of previous tokens', () => {
  const entry = 'lambdas/handlers/token-retirement.ts';

  test('runs every day, with the grace that was set', () => {
    const { id, properties } = functionOf(full, entry);
    expect(properties.Environment).toMatchObject({
      Variables: { SECRET_PREFIX: 'all-tokens', TOKEN_GRACE_DAYS: '14', METRIC_NAMESPACE: 'Scim/ScimAll' },
    });
    const rules = Object.values(full.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(rules.map(({ Properties }) => Properties)).toContainEqual(
      expect.objectContaining({
        ScheduleExpression: 'rate(1 day)',
        State: 'ENABLED',
        Targets: [expect.objectContaining({ Arn: { 'Fn::GetAtt': [id, 'Arn'] } })],
      }),
    );
  });

  test('has an alarm on the very measure that it writes', () => {
    const alarms = resourcesOf(full, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    const watched = alarms.filter((alarm) => JSON.stringify(alarm).includes('PreviousTokenStillUsed'));
    expect(watched).toMatchObject([
      {
        Metrics: [
          {
            MetricStat: {
              Metric: { Namespace: 'Scim/ScimAll', MetricName: 'PreviousTokenStillUsed' },
              Period: 86_400,
            },
          },
        ],
        Threshold: 1,
      },
    ]);
  });
});
