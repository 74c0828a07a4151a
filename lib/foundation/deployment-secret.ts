// The one secret of a deployment: token MACs and webhook signing keys are derived from it (docs/architecture.md, Secrets).

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { PartProps } from '../settings/config.ts';

/** The secret: 64 letters and digits that AWS generates. Without a fixed name, a retained one never blocks the next deployment. */
export class DeploymentSecret extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: 'Token MACs and webhook signing keys of the SCIM endpoint are derived from this.',
      // Changing these properties generates another value, as a rotation does.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      // A secret of a first deployment that failed is of no use.
      removalPolicy: config.deletionProtection
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    this.secretArn = secret.secretArn;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Two rotations invalidate every token made before them, so it is rotated by hand once all tokens are recent enough.',
    });
  }

  /** The environment variable that tells a function its ARN. */
  get environment(): Readonly<Record<string, string>> {
    return { DEPLOYMENT_SECRET_ID: this.secretArn };
  }

  /** Allows a function to read it. */
  allowReading(): PolicyStatement {
    return new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
    });
  }
}
