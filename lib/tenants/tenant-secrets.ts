// What a function may do with the secrets of tenants, which the operator's commands make: none is part of the stack, so they
// can only be named by a pattern.

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Config } from '../settings/config.ts';

/**
 * `scim/acme.t1a2b3/token`. Secrets Manager appends six characters of its own to every name. For a secret that does not exist it asks about the
 * bare name, and must be allowed to say so: a deleted tenant's token is a wrong token, not a failure.
 */
const namesOf = ({ secretPrefix }: Config) =>
  ['-??????', ''].map((end) => `${secretPrefix}/*.??????/token${end}`);

/** Lets a function do `actions` (without `secretsmanager:`) on the secrets of all tenants, each of which holds its tokens. */
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

/** Lets a function see which secrets there are, with their names and stages, and without their values. */
export const allowListingSecrets = (): PolicyStatement => statement(['ListSecrets'], ['*']);

const statement = (actions: string[], resources: string[]) =>
  new PolicyStatement({ actions: actions.map((action) => `secretsmanager:${action}`), resources });

/** For cdk-nag, about a function with such permissions. */
export const acknowledgeSecretNames = (scope: Construct, config: Config): void => {
  for (const name of namesOf(config)) {
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}]`,
      reason: 'Tenants come and go without a deployment, so their secrets can only be named by a pattern.',
    });
  }
};
