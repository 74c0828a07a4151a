// How the tests find their way in a template: by what a resource is, not by its generated name.

import type { Template } from '../../lib/scim-app.ts';

/** The properties of the resource types that the tests look into, as far as they do. */
export interface Properties {
  'AWS::ApiGateway::ApiKey': Readonly<Record<string, unknown>>;
  'AWS::ApiGateway::Authorizer': {
    readonly Type: string;
    readonly IdentitySource: string;
    readonly IdentityValidationExpression: string;
    readonly AuthorizerResultTtlInSeconds: number;
  };
  'AWS::ApiGateway::GatewayResponse': {
    readonly ResponseType: string;
    readonly StatusCode?: string;
    readonly ResponseParameters: Readonly<Record<string, string>>;
    readonly ResponseTemplates: Readonly<Record<string, string>>;
  };
  'AWS::ApiGateway::Method': {
    readonly HttpMethod: string;
    readonly ResourceId: Reference;
    readonly AuthorizationType: string;
    readonly ApiKeyRequired: boolean;
    readonly Integration: {
      readonly Type: string;
      readonly Uri?: unknown;
      readonly PassthroughBehavior?: string;
      readonly RequestTemplates?: Readonly<Record<string, string>>;
      readonly IntegrationResponses?: readonly {
        readonly StatusCode: string;
        readonly ResponseTemplates: Readonly<Record<string, string>>;
      }[];
    };
    readonly MethodResponses?: unknown;
  };
  'AWS::ApiGateway::Deployment': Readonly<Record<string, unknown>>;
  'AWS::ApiGateway::DomainName': Readonly<Record<string, unknown>> & { readonly DomainName: string };
  'AWS::ApiGateway::BasePathMapping': { readonly DomainName: Reference };
  'AWS::ApiGateway::Resource': { readonly ParentId: Reference; readonly PathPart: string };
  'AWS::ApiGateway::RestApi': Readonly<Record<string, unknown>>;
  'AWS::ApiGateway::Stage': {
    readonly StageName: string;
    readonly TracingEnabled: boolean;
    readonly AccessLogSetting: { readonly Format: string };
    readonly MethodSettings: readonly Readonly<Record<string, unknown>>[];
  };
  'AWS::ApiGateway::UsagePlan': {
    readonly ApiStages: readonly { readonly ApiId: Reference; readonly Stage: Reference }[];
    readonly Throttle: { readonly RateLimit: number; readonly BurstLimit: number };
  };
  'AWS::ApiGateway::UsagePlanKey': {
    readonly KeyId: Reference;
    readonly KeyType: string;
    readonly UsagePlanId: Reference;
  };
  'AWS::CloudWatch::Alarm': {
    readonly AlarmActions?: readonly unknown[];
    readonly OKActions?: readonly unknown[];
    readonly AlarmDescription: string;
    readonly TreatMissingData: string;
    readonly EvaluationPeriods: number;
    /** A formula has no measure of its own, but those of its parts beside it. */
    readonly Metrics: readonly {
      readonly Id: string;
      readonly Expression?: string;
      readonly MetricStat?: Measure & { readonly Period: number };
    }[];
    readonly Threshold: number;
  };
  'AWS::CloudWatch::Dashboard': { readonly DashboardBody: unknown };
  'AWS::DynamoDB::GlobalTable': Readonly<Record<string, unknown>>;
  'AWS::IAM::Policy': {
    readonly Roles: readonly Reference[];
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  };
  'AWS::Events::Archive': Readonly<Record<string, unknown>>;
  'AWS::Events::EventBus': Readonly<Record<string, unknown>>;
  'AWS::Events::EventBusPolicy': Readonly<Record<string, unknown>>;
  'AWS::KMS::Key': Readonly<Record<string, unknown>>;
  'AWS::Events::Rule': Readonly<Record<string, unknown>>;
  'AWS::Lambda::EventSourceMapping': Readonly<Record<string, unknown>>;
  'AWS::Lambda::Function': Readonly<Record<string, unknown>> & {
    readonly Role: { readonly 'Fn::GetAtt': readonly [string, string] };
  };
  'AWS::Lambda::Permission': { readonly Principal: string; readonly FunctionName: unknown };
  'AWS::Route53::RecordSet': Readonly<Record<string, unknown>>;
  'AWS::Logs::MetricFilter': Readonly<Record<string, unknown>>;
  'AWS::Logs::LogGroup': { readonly RetentionInDays: number };
  'AWS::SNS::Subscription': Readonly<Record<string, unknown>>;
  'AWS::SNS::Topic': Readonly<Record<string, unknown>>;
  'AWS::SNS::TopicPolicy': {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  };
  'AWS::SecretsManager::Secret': Readonly<Record<string, unknown>>;
  'AWS::SQS::Queue': Readonly<Record<string, unknown>>;
  'AWS::SQS::QueuePolicy': {
    readonly Queues: readonly Reference[];
    readonly PolicyDocument: { readonly Statement: readonly (Statement & { readonly Effect: string })[] };
  };
}

export interface Measure {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  };
  readonly Stat: string;
}

export interface Reference {
  readonly Ref?: string;
}

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** The resources of a type: logical id and properties. */
export const resourcesOf = <Type extends keyof Properties>(template: Template, type: Type) =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, properties: resource.Properties as Properties[Type] }));

/** The properties of the only resource of its type. */
export const only = <Type extends keyof Properties>(template: Template, type: Type): Properties[Type] => {
  const [found, ...others] = resourcesOf(template, type);
  if (!found || others.length > 0) throw new Error(`There is not exactly one ${type}.`);
  return found.properties;
};

/** The function that is made from a handler's source: logical id and properties. */
export const functionOf = (template: Template, entry: string) => {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ id }) => template.Resources[id]?.Metadata?.['scim:entry'] === entry,
  );
  if (!found) throw new Error(`No function is made from ${entry}.`);
  return found;
};

/** All that a function's role allows it. */
export const statementsOf = (template: Template, entry: string): Statement[] => {
  const role = functionOf(template, entry).properties.Role['Fn::GetAtt'][0];
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter(({ properties }) => properties.Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement);
};

export const actionsOf = ({ Action }: Statement): readonly string[] =>
  typeof Action === 'string' ? [Action] : Action;

export const resourcesIn = ({ Resource }: Statement): readonly unknown[] =>
  Array.isArray(Resource) ? Resource : [Resource];
