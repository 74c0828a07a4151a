// What of the AWS SDK is not in the bundles, because a function of ours never runs it. Each row stands for itself: without
// it the bundles do the same, and are larger. test/lib/bundles/build.test.ts notices a row that finds nothing to change, as after an
// update of the SDK, and test/lib/bundles/running.test.ts whether anything is missed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LeftOut {
  /** A module below node_modules; `*` is any part of a name. */
  readonly module: string;
  readonly why: string;
  /** The code instead, whose imports start from lib/bundles/sdk; or what is made of the module's own. */
  readonly instead: string | ((source: string) => string);
}

/** Exports that nobody may come to; should somebody, the message says what to do. */
const never = (...names: string[]): string =>
  names
    .map((name) => {
      const message = `${name} is left out of the bundles by lib/bundles/left-out.ts`;
      return `export function ${name}() { throw new Error('${message}'); }`;
    })
    .join('\n');

/** The class without these methods, as the SDK prints it: four spaces before each. */
const withoutMethods = (source: string, ...names: string[]): string => {
  const found = new RegExp(String.raw`^ {4}(?:async )?(?:${names.join('|')})\(.*\) \{$[^]*?^ {4}\}$\n`, 'gm');
  return source.replaceAll(found, '');
};

/**
 * Schemas without the exceptions that nobody names. `[_e]: …` becomes `"error": …`, because esbuild keeps whatever has a
 * computed key, used or not.
 */
const withoutExceptions = (source: string): string => {
  const texts = new Map(
    [...source.matchAll(/^const (\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source
    .replaceAll(/\[(_\w+)\]:/g, (key, name) => (texts.has(name) ? `${texts.get(name)}:` : key))
    .replaceAll(/^n0_registry\.registerError\((\w+)\$, \1\);$/gm, (line, name) =>
      isNamedException(name) ? line : '',
    );
};

const smithy = (path: string) => `@smithy/core/dist-es/submodules/${path}.js`;
const aws = (path: string) => `@aws-sdk/core/dist-es/submodules/${path}.js`;

export const leftOut: readonly LeftOut[] = [
  {
    module: '@aws-sdk/credential-provider-node/dist-es/index.js',
    why: 'a function has its credentials in the environment, and none of the six other places exists there',
    instead: `export * from './environment-credentials.ts'`,
  },
  {
    module: '@aws-sdk/middleware-endpoint-discovery/dist-es/index.js',
    why: 'for Timestream; a DynamoDB client has it, switched off, with a cache of its own',
    instead: `export * from './no-endpoint-discovery.ts'`,
  },
  {
    module: smithy('checksum/index'),
    why: 'the clients use SHA-256 alone, which OpenSSL has; the module brings implementations in JavaScript',
    instead: `export * from './sha256.ts';
      ${never('Crc32', 'Crc32Js', 'Crc32Node', 'Md5', 'Sha256Js', 'Sha256Node', 'readableStreamHasher')}`,
  },
  {
    module: '@aws-sdk/client-dynamodb/dist-es/endpoint/endpointResolver.js',
    why: 'the addresses of every region, table and account as a tree of decisions, and what evaluates it',
    instead: `export { dynamodb as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: '@aws-sdk/client-secrets-manager/dist-es/endpoint/endpointResolver.js',
    why: 'as above',
    instead: `export { secretsManager as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: '@aws-sdk/client-eventbridge/dist-es/endpoint/endpointResolver.js',
    why: 'as above; we have no endpoint over several regions',
    instead: `export { eventBridge as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: '@aws-sdk/client-s3/dist-es/endpoint/endpointResolver.js',
    why: 'as above; we have one bucket, without an access point, acceleration or a zone of its own',
    instead: `export { s3 as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: aws('client/util-endpoints/lib/aws/partition'),
    why: 'the regions of every partition, asked by the endpoint rules alone; the user agent asks for its prefix here',
    instead: `export const getUserAgentPrefix = () => '';
      ${never('partition', 'setPartitionInfo', 'useDefaultPartitionInfo')}`,
  },
  {
    module: smithy('endpoints/middleware-endpoint/service-customizations/s3'),
    why: 'names of buckets that are no part of a host; CloudFormation gives ours one that is',
    instead: `export const resolveParamsForS3 = async (parameters: object) => parameters;
      ${never('isDnsCompatibleBucketName', 'isArnBucketName', 'DOT_PATTERN', 'S3_HOSTNAME_PATTERN')}`,
  },
  {
    module: '@aws-sdk/client-*/dist-es/schemas/schemas_0.js',
    why: 'an exception that no source of ours names comes as the base class, with its name and message',
    instead: withoutExceptions,
  },
  {
    module: '@aws-sdk/client-*/package.json',
    why: 'the user agent tells the version',
    instead: (source) => JSON.stringify({ version: JSON.parse(source).version }),
  },
  {
    module: '@aws-sdk/client-s3/dist-es/*.js',
    why: 'event streams, which only a query in an object has',
    instead: (source) =>
      source.replace(
        /^import \{ (\w+),? \} from "@smithy\/core\/event-streams";$/m,
        'const $1 = (config) => config;',
      ),
  },
  {
    module: '@aws-sdk/client-*/dist-es/runtimeExtensions.js',
    why: 'we extend no client, and without extensions the configuration is what it was',
    instead: `export const resolveRuntimeExtensions = (config: object, extensions: readonly object[]) => {
      if (extensions.length > 0) throw new Error('Extensions of clients are left out of the bundles.');
      return config;
    };`,
  },
  {
    module: '@aws-sdk/lib-dynamodb/dist-es/pagination/index.js',
    why: 'paginators, one of which would bring Scan along',
    instead: 'export {}',
  },
  {
    module: smithy('config/config-resolver/regionConfig/getInstanceMetadataRegion'),
    why: 'asks an EC2 instance for its region; a function has AWS_REGION',
    instead: 'export const getInstanceMetadataRegion = async () => undefined;',
  },
  {
    module: smithy('config/shared-ini-file-loader/loadSharedConfigFiles'),
    why: 'there is no ~/.aws in a function; settings come from the environment',
    instead: `export const CONFIG_PREFIX_SEPARATOR = '.';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  {
    module: smithy('retry/util-retry/AdaptiveRetryStrategy'),
    why: 'we keep the standard one; AWS_RETRY_MODE=adaptive fails with a sentence',
    instead: never('AdaptiveRetryStrategy'),
  },
  {
    module: aws('client/middleware-logger/loggerMiddleware'),
    why: 'no client of ours has a logger',
    instead: `export const getLoggerPlugin = () => ({ applyToStack() {} });
      export const loggerMiddlewareOptions = {};
      ${never('loggerMiddleware')}`,
  },
  {
    module: aws('client/middleware-user-agent/check-features'),
    why: 'tells AWS in the user agent which retries and account endpoints are used',
    instead: 'export const checkFeatures = async () => {};',
  },
  {
    module: '@smithy/signature-v4/dist-es/HeaderFormatter.js',
    why: 'the headers of event streams',
    instead: 'export class HeaderFormatter {}',
  },
  {
    module: smithy('protocols/HttpProtocol'),
    why: 'event streams and host prefixes, which none of our calls has',
    instead: (source) =>
      `${withoutMethods(
        source,
        'serializeEventStream',
        'deserializeEventStream',
        'loadEventStreamCapability',
        'getEventStreamMarshaller',
        'resolveEventStreamMarshaller',
        'setHostPrefix',
      )}\nHttpProtocol.prototype.setHostPrefix = () => {};`,
  },
  {
    module: smithy('protocols/json/needsReviver'),
    why: 'whether an answer may have numbers beyond what JavaScript counts exactly; the ones we read have none',
    instead: 'export const needsReviver = () => false;',
  },
  {
    module: smithy('protocols/json/jsonReviver'),
    why: 'as above',
    instead: never('jsonReviver'),
  },
  {
    module: aws('protocols/ProtocolLib'),
    why: 'services that once spoke AWS Query',
    instead: (source) =>
      withoutMethods(source, 'setQueryCompatError', 'queryCompatOutput', 'findQueryCompatibleError'),
  },
  {
    module: '@smithy/signature-v4/dist-es/SignatureV4.js',
    why: 'signed links, events and messages; we sign requests',
    instead: (source) => withoutMethods(source, 'presign', 'signEvent', 'signMessage'),
  },
  {
    module: smithy('client/smithy-client/schemaLogFilter'),
    why: 'what a logger may see of an input, and there is none',
    instead: `export const schemaLogFilter = () => 'left out';`,
  },
  {
    module: smithy('serde/date-utils'),
    why: 'parsers that tell what is a date from what is almost one',
    instead: `export * from './dates.ts'`,
  },
  {
    module: '@aws/lambda-invoke-store/dist-es/invoke-store.js',
    why: 'makes the store of a trace where there is none; Lambda has made it',
    instead: `const lambda = globalThis as { awslambda?: { InvokeStore?: object } };
      export const InvokeStore = { getInstanceAsync: async () => lambda.awslambda?.InvokeStore };`,
  },
  {
    module: aws('client/emitWarningIfUnsupportedVersion'),
    why: 'warns of an old Node; the runtime is in the template',
    instead: `export const state = { warningEmitted: true };
      export const emitWarningIfUnsupportedVersion = () => {};`,
  },
];

const lambdas = join(import.meta.dirname, '../../lambdas');

/** Repeated by the SDK because its class says so, not because of its name. */
const RETRYABLE_BY_CLASS = 'ReplicatedWriteConflictException';

let named: ReadonlySet<string> | undefined;

/** Whether the SDK must make this class of an answer: its fields, and `instanceof`, are looked at. */
const isNamedException = (name: string): boolean => {
  named ??= new Set([RETRYABLE_BY_CLASS, ...namesInSources()]);
  return named.has(name);
};

const namesInSources = (): string[] =>
  readdirSync(lambdas, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(join(lambdas, file), 'utf8').match(/\w+/g) ?? []);
