// The one secret of a deployment: the MAC of every token and the keys of all webhooks come from it (docs/architecture.md, Secrets).

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { PartProps } from '../settings/config.ts';

/** The secret, which AWS generates: 64 letters and digits. It has no name of its own, so that none is taken when it is kept. */
export class DeploymentSecret extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { config }: PartProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: 'The MAC of every SCIM token and the keys of all webhooks come from this.',
      // A change of these properties makes another value, as a rotation does.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      // What a deployment that failed has made is of no use to anybody.
      removalPolicy: config.deletionProtection
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    this.secretArn = secret.secretArn;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Two rotations end every token that was made before them, so it is rotated by hand, when all tokens are new enough.',
    });
  }

  /** What tells a function where it is. */
  get environment(): Readonly<Record<string, string>> {
    return { DEPLOYMENT_SECRET_ID: this.secretArn };
  }

  /** Lets a function read it. */
  allowReading(): PolicyStatement {
    return new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
    });
  }
}
