// Who may call: the function that the gateway asks whether a bearer token is that of its tenant. The tokens are secrets
// that the operator's commands make, one per tenant; none is part of the stack.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { HandlerFunction } from './handler-function.ts';

/** The authorizer function, which can read the tokens of all tenants and nothing else. */
export class TenantTokens extends Construct {
  readonly authorizer: NodejsFunction;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const authorizer = new HandlerFunction(this, 'Authorizer', {
      config,
      description: 'Finds out whether a bearer token is that of its tenant.',
      entry: 'lambdas/handlers/authorizer.ts',
      environment: { SECRET_PREFIX: config.secretPrefix },
      permissions: [
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: [this.tokenArns(config.secretPrefix)],
        }),
      ],
      // The gateway gives an authorizer 10 s.
      timeout: Duration.seconds(9),
      reservedConcurrency: config.authorizerConcurrency || undefined,
    });
    Validations.of(authorizer).acknowledge({
      id: 'AwsSolutions-IAM5',
      reason: 'Tenants come and go without a deployment, so their secrets can only be named by a pattern.',
    });
    this.authorizer = authorizer.function;
  }

  /** Secrets Manager appends six characters of its own to every name. */
  private tokenArns(secretPrefix: string): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secretPrefix}/*/token-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
