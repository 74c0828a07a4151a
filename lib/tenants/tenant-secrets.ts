// Permissions on the secrets of tenants. Operator commands create those secrets outside the stack, so a policy can only name
// them by a pattern.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Config } from '../settings/config.ts';

/**
 * `scim/acme.t1a2b3/token`, to which Secrets Manager appends six random characters. For a secret that does not exist it checks
 * the permission on the bare name; without that, the token of a deleted tenant would be a failure instead of a wrong token.
 */
const namesOf = ({ secretPrefix }: Config) =>
  ['-??????', ''].map((end) => `${secretPrefix}/*.??????/token${end}`);

/** Allows `actions` (without `secretsmanager:`) on the secrets of all tenants; each holds the tokens of one. */
export const allowSecrets = (scope: Construct, config: Config, ...actions: string[]): PolicyStatement =>
  statement(
    actions,
    namesOf(config).map((resourceName) =>
      Stack.of(scope).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ),
  );

/** Allows listing secrets with their names and stages, without their values. */
export const allowListingSecrets = (): PolicyStatement => statement(['ListSecrets'], ['*']);

const statement = (actions: string[], resources: string[]) =>
  new PolicyStatement({ actions: actions.map((action) => `secretsmanager:${action}`), resources });

/** Acknowledges the wildcard findings of cdk-nag for a function with these permissions. */
export const acknowledgeSecretNames = (scope: Construct, config: Config): void => {
  for (const name of namesOf(config)) {
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}]`,
      reason:
        'Tenants are created and deleted without a deployment, so a policy can only name their secrets by a pattern.',
    });
  }
};
