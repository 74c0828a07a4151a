// Who may call: the function that the gateway asks whether a bearer token is that of its tenant. The tokens are secrets
// that the operator's commands make, one per tenant; none is part of the stack.

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { HandlerFunction, type HandlerFunctionProps } from './handler-function.ts';

const READ = ['GetSecretValue'];
const ROTATE = [...READ, 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'];

/** The functions that know tokens: the authorizer, which only reads them, and the rotation of a tenant's token. */
export class TenantTokens extends Construct {
  readonly authorizer: NodejsFunction;
  /** What `RotateSecret` is given for a tenant whose token is to rotate by itself. */
  readonly rotation: NodejsFunction;
  private readonly config: Config;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.config = config;
    this.authorizer = this.makeFunction('Authorizer', {
      description: 'Finds out whether a bearer token is that of its tenant.',
      entry: 'lambdas/handlers/authorizer.ts',
      permissions: [this.allow(READ)],
      // The gateway gives an authorizer 10 s.
      timeout: Duration.seconds(9),
      reservedConcurrency: config.authorizerConcurrency || undefined,
    });
    this.rotation = this.makeFunction('Rotation', {
      description: 'Gives a tenant a new token and keeps the old one valid.',
      entry: 'lambdas/handlers/token-rotation.ts',
      permissions: [this.allow(ROTATE)],
    });
    this.rotation.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
  }

  private makeFunction(
    id: string,
    props: Omit<HandlerFunctionProps, 'config' | 'environment'>,
  ): NodejsFunction {
    const environment = { SECRET_PREFIX: this.config.secretPrefix };
    const made = new HandlerFunction(this, id, { config: this.config, environment, ...props });
    Validations.of(made).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.secretNames}]`,
      reason: 'Tenants come and go without a deployment, so their secrets can only be named by a pattern.',
    });
    return made.function;
  }

  /** Secrets Manager appends six characters of its own to every name. */
  private get secretNames(): string {
    return `${this.config.secretPrefix}/*/token-??????`;
  }

  private allow(actions: string[]): PolicyStatement {
    const secrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: this.secretNames,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({
      actions: actions.map((action) => `secretsmanager:${action}`),
      resources: [secrets],
    });
  }
}
