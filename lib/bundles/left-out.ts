// The parts of the AWS SDK that are left out of the bundles because our functions never run them. Rows are independent: without
// one, the bundles behave the same and are larger. test/lib/bundles/build.test.ts fails for a row that no longer matches
// anything, as after an SDK update, and test/lib/bundles/running.test.ts if something is missing.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One row. */
export interface LeftOut {
  /** Path of a module below node_modules; `*` matches within a path segment. */
  readonly module: string;
  /** Why no function runs it. */
  readonly why: string;
  /** The replacement code, with imports relative to lib/bundles/sdk, or a function of the module's source. */
  readonly instead: string | ((source: string) => string);
}

/** Exports that must not be called; if one is, the message says where to look. */
const never = (...names: string[]): string =>
  names
    .map((name) => {
      const message = `${name} is left out of the bundles by lib/bundles/left-out.ts`;
      return `export function ${name}() { throw new Error('${message}'); }`;
    })
    .join('\n');

/** The source without these methods of a class, which the SDK indents by four spaces. */
const withoutMethods = (source: string, ...names: string[]): string => {
  const found = new RegExp(String.raw`^ {4}(?:async )?(?:${names.join('|')})\(.*\) \{$[^]*?^ {4}\}$\n`, 'gm');
  return source.replaceAll(found, '');
};

/**
 * Schemas without the exceptions that our sources never name. `[_e]: …` becomes `"error": …`, because esbuild keeps an object
 * with a computed key even if it is unused.
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

/** The rows. */
export const leftOut: readonly LeftOut[] = [
  {
    module: '@aws-sdk/credential-provider-node/dist-es/index.js',
    why: 'a function has its credentials in the environment; none of the six other sources exists there',
    instead: `export * from './environment-credentials.ts'`,
  },
  {
    module: '@aws-sdk/middleware-endpoint-discovery/dist-es/index.js',
    why: 'for Timestream; in a DynamoDB client it is disabled, yet creates a cache',
    instead: `export * from './no-endpoint-discovery.ts'`,
  },
  {
    module: smithy('checksum/index'),
    why: 'the clients use only SHA-256, which OpenSSL provides; the module brings JavaScript implementations',
    instead: `export * from './sha256.ts';
      ${never('Crc32', 'Crc32Js', 'Crc32Node', 'Md5', 'Sha256Js', 'Sha256Node', 'readableStreamHasher')}`,
  },
  {
    module: '@aws-sdk/client-dynamodb/dist-es/endpoint/endpointResolver.js',
    why: 'a decision tree for the endpoints of every region, table and account, and its interpreter',
    instead: `export { dynamodb as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: '@aws-sdk/client-secrets-manager/dist-es/endpoint/endpointResolver.js',
    why: 'as above',
    instead: `export { secretsManager as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: '@aws-sdk/client-eventbridge/dist-es/endpoint/endpointResolver.js',
    why: 'as above; we have no multi-region endpoint',
    instead: `export { eventBridge as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: '@aws-sdk/client-s3/dist-es/endpoint/endpointResolver.js',
    why: 'as above; our one bucket has no access point, no acceleration and is no directory bucket',
    instead: `export { s3 as defaultEndpointResolver } from './endpoints.ts'`,
  },
  {
    module: aws('client/util-endpoints/lib/aws/partition'),
    why: 'the regions of every partition, used only by the endpoint rules; the user agent takes its prefix from here',
    instead: `export const getUserAgentPrefix = () => '';
      ${never('partition', 'setPartitionInfo', 'useDefaultPartitionInfo')}`,
  },
  {
    module: smithy('endpoints/middleware-endpoint/service-customizations/s3'),
    why: 'bucket names that are not valid in a host name; the ones that CloudFormation generates are',
    instead: `export const resolveParamsForS3 = async (parameters: object) => parameters;
      ${never('isDnsCompatibleBucketName', 'isArnBucketName', 'DOT_PATTERN', 'S3_HOSTNAME_PATTERN')}`,
  },
  {
    module: '@aws-sdk/client-*/dist-es/schemas/schemas_0.js',
    why: 'an exception that our sources do not name arrives as the base class, with its name and message',
    instead: withoutExceptions,
  },
  {
    module: '@aws-sdk/client-*/package.json',
    why: 'only the version is used, for the user agent',
    instead: (source) => JSON.stringify({ version: JSON.parse(source).version }),
  },
  {
    module: '@aws-sdk/client-s3/dist-es/*.js',
    why: 'event streams, which only SelectObjectContent uses',
    instead: (source) =>
      source.replace(
        /^import \{ (\w+),? \} from "@smithy\/core\/event-streams";$/m,
        'const $1 = (config) => config;',
      ),
  },
  {
    module: '@aws-sdk/client-*/dist-es/runtimeExtensions.js',
    why: 'we extend no client, and without extensions the configuration stays the same',
    instead: `export const resolveRuntimeExtensions = (config: object, extensions: readonly object[]) => {
      if (extensions.length > 0) throw new Error('Extensions of clients are left out of the bundles.');
      return config;
    };`,
  },
  {
    module: '@aws-sdk/lib-dynamodb/dist-es/pagination/index.js',
    why: 'paginators, one of which would pull in Scan',
    instead: 'export {}',
  },
  {
    module: smithy('config/config-resolver/regionConfig/getInstanceMetadataRegion'),
    why: 'asks EC2 instance metadata for the region; a function has AWS_REGION',
    instead: 'export const getInstanceMetadataRegion = async () => undefined;',
  },
  {
    module: smithy('config/shared-ini-file-loader/loadSharedConfigFiles'),
    why: 'a function has no ~/.aws; settings come from the environment',
    instead: `export const CONFIG_PREFIX_SEPARATOR = '.';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  {
    module: smithy('retry/util-retry/AdaptiveRetryStrategy'),
    why: 'we use the standard strategy; AWS_RETRY_MODE=adaptive fails with a clear message',
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
    why: 'reports the use of retry modes and account endpoints in the user agent',
    instead: 'export const checkFeatures = async () => {};',
  },
  {
    module: '@smithy/signature-v4/dist-es/HeaderFormatter.js',
    why: 'the headers of event streams',
    instead: 'export class HeaderFormatter {}',
  },
  {
    module: smithy('protocols/HttpProtocol'),
    why: 'event streams and host prefixes, which none of our calls uses',
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
    why: 'whether a response may contain numbers beyond the safe integers; those that we read do not',
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
    why: 'presigned URLs, events and messages; we sign only requests',
    instead: (source) => withoutMethods(source, 'presign', 'signEvent', 'signMessage'),
  },
  {
    module: smithy('client/smithy-client/schemaLogFilter'),
    why: 'redacts inputs for a logger, and there is none',
    instead: `export const schemaLogFilter = () => 'left out';`,
  },
  {
    module: smithy('serde/date-utils'),
    why: 'strict date parsers',
    instead: `export * from './dates.ts'`,
  },
  {
    module: '@aws/lambda-invoke-store/dist-es/invoke-store.js',
    why: 'creates the trace store if it is missing; Lambda has created it',
    instead: `const lambda = globalThis as { awslambda?: { InvokeStore?: object } };
      export const InvokeStore = { getInstanceAsync: async () => lambda.awslambda?.InvokeStore };`,
  },
  {
    module: aws('client/emitWarningIfUnsupportedVersion'),
    why: 'warns of an old Node.js version; the template sets the runtime',
    instead: `export const state = { warningEmitted: true };
      export const emitWarningIfUnsupportedVersion = () => {};`,
  },
];

const lambdas = join(import.meta.dirname, '../../lambdas');

/** The SDK retries this exception because of its class, not its name. */
const RETRYABLE_BY_CLASS = 'ReplicatedWriteConflictException';

let named: ReadonlySet<string> | undefined;

/** Whether our sources name this exception, so that the SDK must keep its class for `instanceof` and its fields. */
const isNamedException = (name: string): boolean => {
  named ??= new Set([RETRYABLE_BY_CLASS, ...namesInSources()]);
  return named.has(name);
};

const namesInSources = (): string[] =>
  readdirSync(lambdas, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(join(lambdas, file), 'utf8').match(/\w+/g) ?? []);
