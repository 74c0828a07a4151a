// The outputs that the operator commands look for.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';

let plain: Template;
let full: Template;

beforeAll(() => {
  plain = scimTemplate();
  full = scimTemplate(everythingSet);
});

describe('the outputs', () => {
  test.each([
    'BaseUrl',
    'TableName',
    'SecretPrefix',
    'DeploymentSecretArn',
    'RotationFunctionArn',
    'TokenGraceDays',
    'RestApiId',
    'StageName',
    'UsagePlanId',
    'AccessLogGroup',
    'AuthorizerLogGroup',
    'DashboardName',
  ])('%s is always there', (name) => {
    expect(plain.Outputs).toHaveProperty(name);
  });

  test('Tenant URLs start with the stage, or with the domain that was set', () => {
    expect(JSON.stringify(plain.Outputs.BaseUrl?.Value)).toMatch(/"https:\/\/".*\.execute-api\..*\/scim"/);
    expect(full.Outputs.BaseUrl?.Value).toBe('https://scim.example.com');
    expect(full.Outputs).toHaveProperty('DomainTarget');
  });
});
