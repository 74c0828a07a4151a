// How a handler becomes one file. Much of a function's cold start is reading its code, so nothing goes in that a Lambda
// never runs; test/lib/bundle.test.ts holds the size, and that the rest loads without what is left out.

import { join } from 'node:path';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** Event streams, which none of our calls uses; the SDK imports them only when it comes to one. */
const NEVER_IMPORTED = ['@smithy/core/event-streams'];

const ourOwn = (file: string) => join(import.meta.dirname, file);

/** Packages of the SDK that are replaced by a file of ours, which does what is left of their task in a Lambda. */
export const replacements: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': ourOwn('sdk/environment-credentials.ts'),
  '@aws-sdk/middleware-endpoint-discovery': ourOwn('sdk/no-endpoint-discovery.ts'),
  '@smithy/core/checksum': ourOwn('sdk/sha256.ts'),
};

/** What is run with the path of a bundle to make it smaller once more. */
export const MINIFY = ourOwn('minify-bundle.ts');

/** The bundling of every function: one minified ES module with the SDK in it (that of the runtime loads half as fast). */
export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  externalModules: NEVER_IMPORTED,
  esbuildArgs: { '--alias': Object.entries(replacements).map(([name, file]) => `${name}=${file}`) },
  commandHooks: {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_, outputFolder) => [`"${process.execPath}" "${MINIFY}" "${outputFolder}/index.mjs"`],
  },
  logLevel: LogLevel.WARNING,
};
