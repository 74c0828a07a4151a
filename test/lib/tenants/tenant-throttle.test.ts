// Tenants are throttled each by a key of its own, or together by the stand-in key.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { standInKey } from '../../../lambdas/credentials/throttle-key.ts';
import { scimTemplate, type Template } from '../../../lib/scim-app.ts';
import { everythingSet } from '../every-setting.ts';
import { functionOf, only, resourcesOf } from '../template.ts';

let plain: Template;
let full: Template;

beforeAll(() => {
  plain = scimTemplate();
  full = scimTemplate(everythingSet);
});

describe('throttling', () => {
  const named = (template: Template) =>
    functionOf(template, 'lambdas/handlers/authorizer.ts').properties.Environment;
  const limits = (template: Template) =>
    resourcesOf(template, 'AWS::ApiGateway::UsagePlan').map(({ properties }) => properties.Throttle);

  test('has a plan for the keys of tenants, and one for the key that stands in for them', () => {
    expect(limits(plain)).toEqual([
      { RateLimit: 10_000, BurstLimit: 10_000 },
      { RateLimit: 50, BurstLimit: 100 },
    ]);
    expect(limits(full)).toEqual([
      { RateLimit: 500, BurstLimit: 500 },
      { RateLimit: 25, BurstLimit: 100 },
    ]);
  });

  test('makes the key that stands in, under its name and with the value that the authorizer works out', () => {
    for (const [template, prefix] of [
      [plain, 'scim'],
      [full, 'all-tokens'],
    ] as const) {
      const { name, value } = standInKey(prefix);
      expect(only(template, 'AWS::ApiGateway::ApiKey')).toMatchObject({
        Name: name,
        Value: value,
        Enabled: true,
      });
      const [key] = resourcesOf(template, 'AWS::ApiGateway::ApiKey');
      const [plan] = resourcesOf(template, 'AWS::ApiGateway::UsagePlan');
      expect(only(template, 'AWS::ApiGateway::UsagePlanKey')).toEqual({
        KeyId: { Ref: key?.id },
        KeyType: 'API_KEY',
        UsagePlanId: { Ref: plan?.id },
      });
      const [stage] = resourcesOf(template, 'AWS::ApiGateway::Stage');
      expect(plan?.properties.ApiStages.map(({ Stage }) => Stage.Ref)).toEqual([stage?.id]);
    }
  });

  test('counts all tenants by that key where it was set so', () => {
    expect(named(full)).toMatchObject({ Variables: { TENANT_THROTTLE: 'standin' } });
    expect(full.Outputs).toHaveProperty('UsagePlanId');
  });

  // The gateway may remember answers from before the day on which it begins to ask for keys.
  test('that is off has no plan for tenants, and the authorizer names the stand-in, which nobody asks for', () => {
    const off = scimTemplate({ 'scim:tenantRequestsPerSecond': 0 });
    expect(off.Outputs).not.toHaveProperty('UsagePlanId');
    expect(limits(off)).toEqual([{ RateLimit: 10_000, BurstLimit: 10_000 }]);
    expect(named(off)).toMatchObject({ Variables: { TENANT_THROTTLE: 'standin' } });
  });
});
