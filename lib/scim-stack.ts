// The stack that `cdk deploy` deploys: one endpoint and nothing else.

import { type App, Stack } from 'aws-cdk-lib/core';
import { ScimEndpoint } from './scim-endpoint.ts';
import type { StackSettings } from './settings/config.ts';

/** One deployment, for any account and region. */
export class ScimStack extends Stack {
  readonly endpoint: ScimEndpoint;

  constructor(app: App, id: string, { stackName, ...settings }: StackSettings) {
    super(app, id, {
      stackName,
      description: 'A multi-tenant SCIM 2.0 endpoint for Microsoft Entra ID.',
      terminationProtection: settings.deletionProtection,
    });
    this.endpoint = new ScimEndpoint(this, 'Default', settings);
  }
}
