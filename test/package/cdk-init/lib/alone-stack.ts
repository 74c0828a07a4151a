import * as cdk from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ScimEndpoint } from 'scim-endpoint';

/** An endpoint and nothing else. */
export class AloneStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    new ScimEndpoint(this, 'Default');
  }
}
