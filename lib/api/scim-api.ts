// The REST API: its routes, its authorizer, its limits, and the URL at which customers reach it.

import {
  ApiKeySourceType,
  type CfnRestApi,
  EndpointType,
  type IResource,
  LambdaIntegration,
  MethodLoggingLevel,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { TOKEN_EXPRESSION } from '../../lambdas/credentials/token.ts';
import type { Config, PartProps } from '../settings/config.ts';
import { isThrottled, StandIn, TenantThrottle } from '../tenants/tenant-throttle.ts';
import { AccessLog } from './access-log.ts';
import { CustomDomain, domainId } from './custom-domain.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { addNotFound } from './not-found.ts';
import type { ScimFunctions } from './scim-functions.ts';
import { stageThrottle } from './stage-throttle.ts';
import { tlsOf } from './tls.ts';
import { ApiWebAcl } from './web-acl.ts';

const STAGE = 'scim';

/**
 * What the Authorization header must match before the gateway calls the authorizer. The scheme is case-insensitive (RFC 9110
 * §11.1) and spelled out, because the gateway and its emulators disagree on regex flags.
 */
const BEARER_EXPRESSION = `^[Bb][Ee][Aa][Rr][Ee][Rr] +${TOKEN_EXPRESSION} *$`;

/** What the API is made from. */
interface ScimApiProps extends PartProps, ScimFunctions {
  /** The function that the gateway asks about each bearer token. */
  readonly authorizer: IFunction;
}

/**
 * The API with its one stage. `baseUrl` followed by `/<tenant>/v2` is a Tenant URL, with the tenant in place of a `{tenant}` too.
 * So is `baseUrl` followed by `/v2`, for clients whose URL has no room for a tenant: the token identifies it.
 */
export class ScimApi extends Construct {
  readonly api: RestApi;
  readonly accessLog: AccessLog;
  /** Of the first domain; without domains, of the stage. */
  readonly baseUrl: string;
  /** In the order of the settings: Tenant URLs start with the first. */
  readonly domains: readonly CustomDomain[];
  /** Undefined when tenants are not throttled. */
  readonly throttle: TenantThrottle | undefined;

  constructor(scope: Construct, id: string, props: ScimApiProps) {
    super(scope, id);
    const { config } = props;
    this.accessLog = new AccessLog(this, 'AccessLog', { config });
    const api = this.makeApi(props);
    this.api = api;
    this.addRoutes(props);
    addGatewayResponses(api);

    if (!config.emulator) new StandIn(this, 'StandIn', { api, config });
    this.throttle = isThrottled(config) ? new TenantThrottle(this, 'Throttle', { api, config }) : undefined;
    if (config.webAcl !== 'none' && !config.emulator) {
      new ApiWebAcl(this, 'WebAcl', { stage: api.deploymentStage, config });
    }
    const tls = tlsOf(config);
    this.domains = config.domains.map(
      (domain) => new CustomDomain(this, domainId(domain), { api, domain, tls }),
    );
    this.baseUrl = this.domains[0]?.baseUrl ?? this.stageUrl();
  }

  private makeApi({ config, authorizer }: ScimApiProps): RestApi {
    const api = new RestApi(this, 'Api', {
      restApiName: config.name,
      description: 'SCIM 2.0 for Microsoft Entra ID, one path per tenant.',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: config.gatewayLogRole,
      // A tenant is throttled by the key that the authorizer returns; clients send none.
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      defaultMethodOptions: {
        authorizer: new TokenAuthorizer(this, 'Authorizer', {
          authorizerName: 'BearerToken',
          handler: authorizer,
          validationRegex: BEARER_EXPRESSION,
          resultsCacheTtl: Duration.seconds(config.authorizerCacheSeconds),
        }),
        apiKeyRequired: isThrottled(config),
      },
      deployOptions: {
        stageName: STAGE,
        accessLogDestination: this.accessLog.accessLogDestination,
        accessLogFormat: this.accessLog.accessLogFormat,
        loggingLevel: MethodLoggingLevel.OFF,
        // Metrics per method cost 0.30 USD a month each and no alarm uses them; the stage has its own anyway.
        metricsEnabled: false,
        tracingEnabled: config.tracing,
        ...stageThrottle(this, config),
      },
    });
    // A stage serves its last deployment, and without a CDK feature flag a change of the authorizer creates no new one.
    api.latestDeployment?.addToLogicalId([BEARER_EXPRESSION, config.authorizerCacheSeconds]);
    const resource = api.node.defaultChild as CfnRestApi;
    Object.assign(resource, tlsOf(config));
    api.node.tryRemoveChild('Endpoint'); // replaced by the output BaseUrl
    acknowledgeFindings(api, config);
    return api;
  }

  /**
   * Every method goes to the function, which answers unsupported ones with a SCIM error. A tenant id has at least three
   * letters, so none collides with the `v2` beside it.
   */
  private addRoutes({ users, groups, bulk, discovery, resources }: ScimApiProps): void {
    const { root } = this.api;
    const tenant = root.addResource('{tenant}');
    const tenantUrls = [tenant.addResource('v2'), root.addResource('v2')];
    for (const nothing of [root, tenant, tenant.addResource('{proxy+}'), ...tenantUrls]) addNotFound(nothing);

    const discoveryIntegration = integrate(discovery);
    const collections = [
      ['Users', integrate(users)],
      ['Groups', integrate(groups)],
      ['Bulk', integrate(bulk)],
      ['ServiceProviderConfig', discoveryIntegration],
      ['ResourceTypes', discoveryIntegration],
      ['Schemas', discoveryIntegration],
      ['Me', discoveryIntegration],
    ] as const;
    const others = integrate(resources);
    for (const tenantUrl of tenantUrls) {
      for (const [path, integration] of collections) {
        const collection = tenantUrl.addResource(path);
        collection.addMethod('ANY', integration);
        addAllBelow(collection, integration);
      }
      addAllBelow(tenantUrl, others);
    }
  }

  private stageUrl(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${STAGE}`;
  }
}

// One permission per function for the whole API; the default would be two per method.
const integrate = (handler: IFunction) => new LambdaIntegration(handler, { scopePermissionToMethod: false });

const addAllBelow = (resource: IResource, defaultIntegration: LambdaIntegration) =>
  resource.addProxy({ anyMethod: true, defaultIntegration });

const acknowledgeFindings = (api: RestApi, config: Config): void => {
  const findings = Validations.of(api);
  findings.acknowledge({
    id: 'AwsSolutions-APIG2',
    reason:
      'The handlers validate requests; the gateway cannot return a SCIM error that names the attribute.',
  });
  findings.acknowledge({
    id: 'AwsSolutions-APIG6',
    reason:
      'Execution logs would contain query strings, and thereby names of people. Access logs and X-Ray do not.',
  });
  findings.acknowledge({
    id: 'AwsSolutions-COG4',
    reason:
      'Entra sends one bearer token per tenant, which a Lambda authorizer checks; there are no Cognito users.',
  });
  if (config.webAcl === 'none' || config.emulator) {
    findings.acknowledge({
      id: 'AwsSolutions-APIG3',
      reason:
        'A web ACL costs per month and per rule, so it is a setting: scim:webAcl=managed adds one that lets Entra through.',
    });
  }
  if (config.gatewayLogRole) {
    findings.acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'API Gateway accepts only the policy AmazonAPIGatewayPushToCloudWatchLogs for its log role.',
    });
  }
};
