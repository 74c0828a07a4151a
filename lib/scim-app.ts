// The CDK app: for `cdk` through bin/app.ts, and in-process for the local run and the tests.

import { rmSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib/core';
import cdkJson from '../cdk.json' with { type: 'json' };
import { leaveFunctionsEmpty } from './bundles/code.ts';
import { ScimStack } from './scim-stack.ts';
import { readSettings } from './settings/config.ts';

/** A synthesized CloudFormation template, as far as its readers use it. */
export interface Template {
  /** By logical id. */
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  /** By output name. */
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** One resource of it. */
export interface TemplateResource {
  /** `AWS::Lambda::Function`. */
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  /** `Delete`, `Retain` or `RetainExceptOnCreate`. */
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface ScimAppProps extends AppProps {
  /** Whether the functions get their bundles; without them the stack can be inspected but not deployed. Default: true. */
  readonly deployable?: boolean;
}

/** The app with its one stack. `cdk` adds its own context; throws a `SettingError`, or when a bundle is missing. */
export const scimApp = ({
  context,
  deployable = true,
  ...props
}: ScimAppProps = {}): {
  app: App;
  stack: ScimStack;
} => {
  const app = new App({ context: { ...cdkJson.context, ...context }, ...props });
  if (!deployable) leaveFunctionsEmpty(app);
  return { app, stack: new ScimStack(app, 'Scim', readSettings(app.node.getAllContext())) };
};

/**
 * The template for these settings (`scim:…`), for readers that never deploy it: the functions are empty, CDK's own checks are
 * left to `cdk synth`, and no file remains. Throws a `SettingError`.
 */
export const scimTemplate = (settings: Readonly<Record<string, unknown>> = {}): Template => {
  const { app, stack } = scimApp({
    context: { ...settings, '@aws-cdk/core:annotationsInValidationReport': false },
    deployable: false,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });
  const assembly = app.synth();
  const { template } = assembly.getStackArtifact(stack.artifactId);
  rmSync(assembly.directory, { recursive: true });
  return template;
};
