// The API of the stack: routes, authorizers, gateway responses, usage plans and API keys.

import * as v from 'valibot';
import type { Template } from '../../../lib/scim-app.ts';
import { type Properties, resourcesOfType } from './template.ts';

/** A TOKEN authorizer. */
export interface LocalAuthorizer {
  readonly functionName: string;
  /** The header with the token. */
  readonly header: string;
  /** The pattern that the header must match before the authorizer is invoked. */
  readonly validation: RegExp | undefined;
  /** `AuthorizerResultTtlInSeconds`; 0 disables the cache. */
  readonly cacheSeconds: number;
}

/** A method of a resource. */
export interface LocalRoute {
  /** As API Gateway prints it: `/{tenant}/v2/Users/{proxy+}`. */
  readonly path: string;
  /** `ANY` for all. */
  readonly method: string;
  readonly resourceId: string;
  readonly integration: { readonly functionName: string } | { readonly mock: LocalMock };
  readonly authorizer: LocalAuthorizer | undefined;
  /** Whether requests are throttled by the API key that the authorizer returns. */
  readonly apiKeyRequired: boolean;
}

/** A fixed response of the gateway itself. */
export interface LocalMock {
  /** The media types of requests that it accepts. */
  readonly requestTypes: readonly string[];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** By media type. */
  readonly templates: Readonly<Record<string, string>>;
}

/** The throttle of each of its keys. */
export interface LocalUsagePlan {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** What replaces a default response of the gateway (`AWS::ApiGateway::GatewayResponse`). */
export interface LocalGatewayResponse {
  /** Undefined keeps the status of the refusal. */
  readonly statusCode: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** By media type. */
  readonly templates: Readonly<Record<string, string>>;
}

/** The API, as far as a local run emulates it. */
export interface LocalGateway {
  readonly stage: string;
  readonly routes: readonly LocalRoute[];
  /** By response type, such as `UNAUTHORIZED`. */
  readonly gatewayResponses: ReadonlyMap<string, LocalGatewayResponse>;
  /** By id of the plan. */
  readonly usagePlans: ReadonlyMap<string, LocalUsagePlan>;
  /** The usage plans of the stack's own API keys, by the value of the key. */
  readonly apiKeys: ReadonlyMap<string, readonly string[]>;
}

/** The functions that requests invoke; the others are invoked by events. */
export const functionsOnTheWay = ({ routes }: LocalGateway): string[] => [
  ...new Set(
    routes.flatMap(({ integration, authorizer }) => [
      ...('mock' in integration ? [] : [integration.functionName]),
      ...(authorizer ? [authorizer.functionName] : []),
    ]),
  ),
];

const texts = v.record(v.string(), v.string());

const methodResource = v.object({
  HttpMethod: v.string(),
  ResourceId: v.string(),
  AuthorizerId: v.optional(v.string()),
  ApiKeyRequired: v.optional(v.boolean(), false),
  Integration: v.variant('Type', [
    v.object({ Type: v.literal('AWS_PROXY'), Uri: v.string() }),
    // Only mocks with a fixed response are supported: no expressions in templates, and no passthrough.
    v.object({
      Type: v.literal('MOCK'),
      PassthroughBehavior: v.literal('NEVER'),
      RequestTemplates: v.record(v.string(), v.pipe(v.string(), v.regex(/^\{"statusCode":\d{3}\}$/))),
      IntegrationResponses: v.strictTuple([
        v.object({
          StatusCode: v.pipe(v.string(), v.transform(Number)),
          SelectionPattern: v.optional(v.literal('')),
          ResponseParameters: v.optional(texts, {}),
          ResponseTemplates: v.record(v.string(), v.pipe(v.string(), v.regex(/^[^$#]*$/))),
        }),
      ]),
    }),
  ]),
});

const authorizerResource = v.object({
  Type: v.literal('TOKEN'),
  AuthorizerUri: v.string(),
  IdentitySource: v.pipe(v.string(), v.startsWith('method.request.header.')),
  IdentityValidationExpression: v.optional(v.string()),
  AuthorizerResultTtlInSeconds: v.optional(v.number(), 300),
});

const gatewayResponseResource = v.object({
  ResponseType: v.string(),
  StatusCode: v.optional(v.pipe(v.string(), v.transform(Number))),
  ResponseParameters: v.optional(texts, {}),
  ResponseTemplates: v.optional(texts, {}),
});

/** Throws when the template is not of the shape that we synthesize. */
export const readGateway = (template: Template): LocalGateway => ({
  stage: readStage(template),
  routes: readRoutes(template),
  gatewayResponses: readGatewayResponses(template),
  usagePlans: readUsagePlans(template),
  apiKeys: readApiKeys(template),
});

const readStage = (template: Template): string => {
  const [stage] = resourcesOfType(template, 'AWS::ApiGateway::Stage').values();
  return v.parse(v.object({ StageName: v.string() }), stage).StageName;
};

const readRoutes = (template: Template): LocalRoute[] => {
  const resources = resourcesOfType(template, 'AWS::ApiGateway::Resource');
  const authorizers = new Map(
    [...resourcesOfType(template, 'AWS::ApiGateway::Authorizer')].map(([id, properties]) => [
      id,
      readAuthorizer(properties),
    ]),
  );
  return [...resourcesOfType(template, 'AWS::ApiGateway::Method').values()].map((properties) => {
    const method = v.parse(methodResource, properties);
    return {
      path: pathOf(resources, method.ResourceId) || '/',
      method: method.HttpMethod,
      resourceId: method.ResourceId,
      integration: readIntegration(method.Integration),
      authorizer: method.AuthorizerId === undefined ? undefined : authorizers.get(method.AuthorizerId),
      apiKeyRequired: method.ApiKeyRequired,
    };
  });
};

const readIntegration = (
  integration: v.InferOutput<typeof methodResource>['Integration'],
): LocalRoute['integration'] => {
  if (integration.Type === 'AWS_PROXY') return { functionName: functionNameIn(integration.Uri) };
  const [answer] = integration.IntegrationResponses;
  return {
    mock: {
      requestTypes: Object.keys(integration.RequestTemplates),
      status: answer.StatusCode,
      headers: literalHeaders(answer.ResponseParameters),
      templates: answer.ResponseTemplates,
    },
  };
};

const usagePlanResource = v.object({
  Throttle: v.object({ RateLimit: v.number(), BurstLimit: v.number() }),
});

const readUsagePlans = (template: Template): Map<string, LocalUsagePlan> =>
  new Map(
    [...resourcesOfType(template, 'AWS::ApiGateway::UsagePlan')].map(([id, properties]) => {
      const { RateLimit, BurstLimit } = v.parse(usagePlanResource, properties).Throttle;
      return [id, { requestsPerSecond: RateLimit, burst: BurstLimit }];
    }),
  );

const apiKeyResource = v.object({ Value: v.string() });
const usagePlanKeyResource = v.object({ KeyId: v.string(), UsagePlanId: v.string() });

const readApiKeys = (template: Template): Map<string, string[]> => {
  const joined = [...resourcesOfType(template, 'AWS::ApiGateway::UsagePlanKey').values()].map((properties) =>
    v.parse(usagePlanKeyResource, properties),
  );
  return new Map(
    [...resourcesOfType(template, 'AWS::ApiGateway::ApiKey')].map(([id, properties]) => [
      v.parse(apiKeyResource, properties).Value,
      joined.filter(({ KeyId }) => KeyId === id).map(({ UsagePlanId }) => UsagePlanId),
    ]),
  );
};

/** A resource has its own path part and its parent; the root is not a resource. */
const pathOf = (resources: ReadonlyMap<string, Properties>, id: string): string => {
  const resource = resources.get(id);
  if (!resource) return '';
  return `${pathOf(resources, String(resource.ParentId))}/${String(resource.PathPart)}`;
};

/** `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/arn:aws:lambda:…:function:<name>/invocations` */
const functionNameIn = (uri: string): string => /:function:([^/:]+)\/invocations$/.exec(uri)?.[1] ?? '';

const readAuthorizer = (properties: Properties): LocalAuthorizer => {
  const authorizer = v.parse(authorizerResource, properties);
  const expression = authorizer.IdentityValidationExpression;
  return {
    functionName: functionNameIn(authorizer.AuthorizerUri),
    header: authorizer.IdentitySource.slice('method.request.header.'.length),
    // Java's `matches`: the whole value, with or without anchors.
    validation: expression === undefined ? undefined : new RegExp(`^(?:${expression})$`),
    cacheSeconds: authorizer.AuthorizerResultTtlInSeconds,
  };
};

const readGatewayResponses = (template: Template): Map<string, LocalGatewayResponse> =>
  new Map(
    [...resourcesOfType(template, 'AWS::ApiGateway::GatewayResponse').values()].map((properties) => {
      const response = v.parse(gatewayResponseResource, properties);
      return [
        response.ResponseType,
        {
          statusCode: response.StatusCode,
          headers: literalHeaders(response.ResponseParameters),
          templates: response.ResponseTemplates,
        },
      ];
    }),
  );

/** `gatewayresponse.header.Retry-After: '1'`, of a mock `method.response.header.…`; the quotes mark a literal. */
const literalHeaders = (parameters: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name.replace(/^.*\.header\./, ''),
      value.replace(/^'(.*)'$/, '$1'),
    ]),
  );
