// How a handler becomes one file. Much of a function's cold start is reading its code, so nothing goes in that a Lambda
// never runs; test/lib/bundle.test.ts holds the size, and that the rest loads without what is left out.

import { join } from 'node:path';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * What the SDK imports only when it comes to it, and it never does: other ways to get credentials than from the
 * environment, where a Lambda has them, and event streams, which none of our calls uses.
 */
const NEVER_IMPORTED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/core/event-streams',
  '@smithy/credential-provider-imds',
];

/** Packages that are replaced by a file of ours. */
export const replacements: Readonly<Record<string, string>> = {
  'mnemonist/lru-cache': join(import.meta.dirname, 'idle-lru-cache.ts'),
};

/** The bundling of every function: one minified ES module with the SDK in it (that of the runtime loads half as fast). */
export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  externalModules: NEVER_IMPORTED,
  esbuildArgs: { '--alias': Object.entries(replacements).map(([name, file]) => `${name}=${file}`) },
  logLevel: LogLevel.WARNING,
};
