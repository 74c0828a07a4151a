// How a handler becomes one file. Half of a function's cold start is reading its code, so nothing goes in that a Lambda
// never runs; test/lib/bundle.test.ts holds the size, and that the rest loads without what is left out.

import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * The ways to get credentials that exist elsewhere: the SDK imports each of them only when it comes to it, and a Lambda
 * finds its credentials in the environment before that.
 */
const UNUSED_CREDENTIAL_PROVIDERS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** The bundling of every function: one minified ES module with the SDK inside (the runtime's own takes twice as long to load). */
export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  externalModules: UNUSED_CREDENTIAL_PROVIDERS,
  logLevel: LogLevel.WARNING,
};
