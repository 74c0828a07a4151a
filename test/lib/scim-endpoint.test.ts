// What holds a deployment together over the years: the identity of what cannot be replaced, names that two deployments do not
// share, and a template for any region.

import { describe, expect, jest, test } from '@jest/globals';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { App, NestedStack, Stack, Tags } from 'aws-cdk-lib/core';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { leaveFunctionsEmpty } from '../../lib/bundles/code.ts';
import { scimApp, scimTemplate, type Template } from '../../lib/scim-app.ts';
import { ScimEndpoint } from '../../lib/scim-endpoint.ts';
import { SettingError } from '../../lib/settings/config.ts';
import type { ScimEndpointProps } from '../../lib/settings/scim-endpoint-props.ts';
import { everythingSet } from './every-setting.ts';
import heldIds from './logical-ids.json' with { type: 'json' };
import { functionOf, only, resourcesOf } from './template.ts';

/** A resource whose replacement would lose data, or the URLs and ARNs that others have: its type, and what replaces it. */
interface Held {
  readonly type: string;
  readonly replacedBy: Readonly<Record<string, unknown>>;
}

/** CDK's own checks, which only report, are left to `cdk synth`: loading their rules takes ten seconds. */
const quick = { treeMetadata: false, builtinCloudFormationValidation: false };

/** The stack and the app around an endpoint. */
interface Surroundings {
  readonly region?: string | undefined;
  readonly stackName?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The template of a stack that has an endpoint with this id in it. */
const embed = (
  id: string,
  props: ScimEndpointProps = {},
  { region, stackName = 'Product', context = cdkJson.context }: Surroundings = {},
): Template => {
  const app = new App({ ...quick, context });
  leaveFunctionsEmpty(app);
  const env = region === undefined ? {} : { env: { account: '123456789012', region } };
  const stack = new Stack(app, 'Scim', { stackName, ...env });
  new ScimEndpoint(stack, id, props);
  return app.synth().getStackArtifact(stack.artifactId).template;
};

/** Whatever a template calls by a name of its own in the account; an authorizer's is one within its API. */
const physicalNames = ({ Resources }: Template): string[] =>
  Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    [
      'Name',
      'ArchiveName',
      'FunctionName',
      'TableName',
      'QueueName',
      'DashboardName',
      'BucketName',
      'TopicName',
    ]
      .map((property) => Properties[property])
      .filter((name) => typeof name === 'string' && Type !== 'AWS::ApiGateway::Authorizer')
      .map((name) => `${Type} ${name}`),
  );

describe('logical ids', () => {
  const plain = scimTemplate();

  test.each(Object.entries<Held>(heldIds))('%s is what it was', (id, held) => {
    const { Type, Properties = {} } = plain.Resources[id] ?? { Type: 'nothing' };
    const replacing = Object.fromEntries(
      Object.keys(held.replacedBy).map((property) => [property, Properties[property] ?? null]),
    );
    expect({ type: Type, replacedBy: replacing }).toEqual(held);
  });

  test('everything is called the same in a stack of somebody else, under the id Default', () => {
    const embedded = embed('Default', {}, { stackName: 'Scim' });
    expect(Object.keys(embedded.Resources)).toEqual(Object.keys(plain.Resources));
  });

  test('outputs are found by the end of their name under any other id', () => {
    const { Outputs } = embed('Scim');
    expect(Object.keys(Outputs)).toEqual(Object.keys(plain.Outputs).map((name) => `Scim${name}`));
  });
});

test('two deployments in one account and region share no name', () => {
  const one = physicalNames(scimTemplate({ 'scim:stackName': 'One' }));
  const other = physicalNames(scimTemplate({ 'scim:stackName': 'Other' }));
  expect(one).toContain('AWS::Events::EventBus One');
  expect(one.filter((name) => other.includes(name))).toEqual([]);
  const embedded = physicalNames(embed('Scim'));
  expect(embedded).toContain('AWS::Events::EventBus Product_Scim');
  const second = physicalNames(embed('Second'));
  expect(embedded.filter((name) => second.includes(name))).toEqual([]);
});

test('an archive has a name that EventBridge takes, however long that of the stack is', () => {
  const stackName = `A${'b'.repeat(63)}`;
  const archive = only(scimTemplate({ 'scim:stackName': stackName }), 'AWS::Events::Archive');
  expect(archive.ArchiveName).toMatch(/^Ab{38}-[0-9a-f]{8}$/);
});

describe('regions', () => {
  const throttle = (template: Template) =>
    only(template, 'AWS::ApiGateway::Stage').MethodSettings.map(
      ({ ThrottlingRateLimit, ThrottlingBurstLimit }) => [ThrottlingRateLimit, ThrottlingBurstLimit],
    );

  test.each([
    ['eu-west-1', 5000, 2500],
    ['eu-south-2', 1250, 625],
  ])('in %s the stage takes half of what the account may', (region, rate, burst) => {
    expect(throttle(embed('Scim', {}, { region }))).toEqual([[rate, burst]]);
  });

  test('a template for any region looks at the region itself', () => {
    const template = embed('Default');
    const isSmall = expect.stringMatching('SmallRegion');
    expect(throttle(template)).toEqual([
      [{ 'Fn::If': [isSmall, 1250, 5000] }, { 'Fn::If': [isSmall, 625, 2500] }],
    ]);
    expect(JSON.stringify(template).match(/"eu-south-2"/g)).toHaveLength(1);
  });

  test.each([
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
  ])('in %s every ARN is of the partition %s', (region, partition) => {
    const partitions = JSON.stringify(embed('Default', {}, { region })).match(/arn:aws[a-z-]*/g);
    expect(new Set(partitions)).toEqual(new Set([`arn:${partition}`]));
  });

  test('a template for any region names no partition', () => {
    expect(JSON.stringify(embed('Default'))).not.toContain('arn:aws');
  });

  test('the table is that of its own region, named or not', () => {
    for (const region of [undefined, 'eu-west-1']) {
      const { Replicas } = only(embed('Default', {}, { region }), 'AWS::DynamoDB::GlobalTable');
      expect(Replicas).toMatchObject([{ Region: { Ref: 'AWS::Region' } }]);
    }
  });
});

test('another memory of tokens is deployed to the stage, whatever flags an app has', () => {
  for (const flags of [{}, cdkJson.context]) {
    const deployed = [300, 60].map((authorizerCacheSeconds) => {
      const template = embed('Default', { authorizerCacheSeconds }, { context: flags });
      return resourcesOf(template, 'AWS::ApiGateway::Deployment')[0]?.id;
    });
    expect(deployed[0]).not.toBe(deployed[1]);
  }
});

test('the stack can only be deleted when its data may be', () => {
  const protectedWith = (context: object) =>
    scimApp({ context: { ...context }, deployable: false }).stack.terminationProtection;
  expect(protectedWith({})).toBe(true);
  expect(protectedWith({ 'scim:deletionProtection': false })).toBe(false);
});

test('a nested stack, and an id that gives no name, are refused with a sentence', () => {
  const stack = new Stack(new App(), 'Scim');
  expect(() => new ScimEndpoint(new NestedStack(stack, 'Nested'), 'Scim')).toThrow(SettingError);
  expect(() => new ScimEndpoint(stack, '日本')).toThrow(/日本, has no letter/);
});

test('a property that cannot be used is refused with a sentence', () => {
  expect(() => embed('Scim', { tokenGraceDays: 0 })).toThrow(SettingError);
  expect(() => embed('Scim', { eventSubscriberAccounts: ['me'] })).toThrow(/12 digits/);
});

test('a topic, a certificate, a zone and a web ACL of the same app can be given before they have ids', () => {
  const app = new App({ ...quick, context: cdkJson.context });
  leaveFunctionsEmpty(app);
  const stack = new Stack(app, 'Product');
  const zone = new HostedZone(stack, 'Zone', { zoneName: 'example.com' });
  const validation = CertificateValidation.fromDns(zone);
  const certificate = new Certificate(stack, 'Certificate', { domainName: 'scim.example.com', validation });
  const firewall = new CfnWebACL(stack, 'Firewall', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: { metricName: 'x', cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false },
  });
  new ScimEndpoint(stack, 'Scim', {
    alarmTopicArn: new Topic(stack, 'Pager').topicArn,
    alarmEmail: 'ops@example.com',
    webAcl: firewall.attrArn,
    domains: [
      {
        domainName: 'scim.example.com',
        certificateArn: certificate.certificateArn,
        hostedZoneId: zone.hostedZoneId,
      },
    ],
  });
  const { template } = app.synth().getStackArtifact(stack.artifactId);
  expect(only(template, 'AWS::ApiGateway::DomainName')).toMatchObject({
    RegionalCertificateArn: { Ref: expect.stringMatching(/^Certificate/) },
  });
});

test('a grant says nothing in the app of others', () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const { stack } = scimApp({ deployable: false });
  stack.endpoint.grantOperating(new Role(stack, 'Operator', { assumedBy: new AccountRootPrincipal() }));
  expect(warn.mock.calls).toEqual([]);
  warn.mockRestore();
});

test('the tags of an app are on whatever keeps data, and a table without any has none', () => {
  const { app, stack } = scimApp({ ...quick, deployable: false });
  Tags.of(app).add('cost-centre', '42');
  const { template } = app.synth().getStackArtifact(stack.artifactId);
  for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key', 'AWS::SQS::Queue'] as const) {
    expect(JSON.stringify(resourcesOf(template, type))).toContain('{"Key":"cost-centre","Value":"42"}');
  }
  expect(JSON.stringify(only(scimTemplate(), 'AWS::DynamoDB::GlobalTable'))).not.toContain('"Tags"');
});

test('no resource needs itself, by whatever it refers to', () => {
  for (const settings of [{}, { 'scim:customerManagedKey': false }]) {
    const { Resources } = scimTemplate(settings);
    const needs = new Map(Object.entries(Resources).map(([id, resource]) => [id, referredTo(resource)]));
    const done = new Set<string>();
    const visit = (id: string, path: readonly string[]): void => {
      expect(path).not.toContain(id);
      if (done.has(id)) return;
      for (const next of needs.get(id) ?? []) visit(next, [...path, id]);
      done.add(id);
    };
    for (const id of needs.keys()) visit(id, []);
  }
});

/** The logical ids that a value names: `Ref`, `Fn::GetAtt`, `DependsOn`. */
const referredTo = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(referredTo);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [String(argument)];
    if (name === 'Fn::GetAtt') return [String(argument[0])];
    if (name === 'DependsOn') return [argument].flat().map(String);
    return referredTo(argument);
  });
};

test('for the emulator, what it cannot create is left out', () => {
  const template = scimTemplate({ ...everythingSet, 'scim:emulator': true });
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  expect(
    types.filter((type) => /^AWS::(CloudWatch|WAFv2)::|MetricFilter|UsagePlan|ApiKey/.test(type)),
  ).toEqual([]);
  const authorizer = functionOf(template, 'lambdas/handlers/authorizer.ts').properties;
  expect(authorizer.Environment).not.toHaveProperty('Variables.TENANT_THROTTLE');
});
