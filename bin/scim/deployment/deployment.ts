// Which deployment a command runs on: a stack on AWS, or the local run, which is found by its run file.

import { localCredentials } from '../../shared/local-credentials.ts';
import { findLocalRuns, type LocalRun } from '../../shared/run-file.ts';
import { enterEnvironment } from '../../shared/sdk-environment.ts';
import { OperatorError, UsageError } from '../errors/operator-error.ts';
import { sentenceFor } from '../errors/sentence-for.ts';
import { defaultStackName, readStackOutputs, type StackOutputs } from './stack-outputs.ts';

/** The options that choose a deployment. */
export interface DeploymentOptions {
  /** Only the local run; cannot be combined with `stack`. */
  readonly local?: boolean;
  /** The port of the local run, when there are several. */
  readonly port?: number;
  /** The name of a stack, or `Product.Scim` for an endpoint in another app's stack. */
  readonly stack?: string;
  /** A prefix of the deployment's name: `cell eu-1`. */
  readonly name?: string;
}

/** The deployment that a command runs on. */
export interface Deployment {
  /** As operators see it: `the local run on port 3000`, `stack Scim`. */
  readonly name: string;
  /** Whether nothing leaves this machine: the local run, or a stack on an emulator. */
  readonly isLocal: boolean;
  /** The URL that the customer pastes into Entra. */
  readonly tenantUrl: (tenant: string) => string;
  readonly outputs: StackOutputs;
}

const TENANT_IN_HOST = '{tenant}';

/** Whether each tenant has its own host, below a wildcard domain. */
export const hasHostPerTenant = ({ outputs }: Deployment): boolean =>
  outputs.BaseUrl.includes(TENANT_IN_HOST);

/**
 * Finds the deployment and points the environment at it, which the modules in lambdas/ read when they load. Without options:
 * the local run if there is one, otherwise the stack on AWS. Throws an `OperatorError` when there is none.
 */
export const openDeployment = async (options: DeploymentOptions): Promise<Deployment> => {
  const wantsLocal = options.local || options.port !== undefined;
  if (wantsLocal && options.stack !== undefined) {
    throw new UsageError('--stack cannot be combined with --local or --port: choose AWS or the local run.');
  }
  const run = options.stack === undefined ? findLocalRun(options.port) : undefined;
  if (run) return withPrefix(options.name, openLocalRun(run));
  if (wantsLocal) {
    const where = options.port === undefined ? '' : ` on port ${options.port}`;
    throw new OperatorError(`There is no local run${where}: start one with \`npm start\`.`);
  }
  const stack = options.stack === undefined ? openDefaultStack() : openStack(options.stack);
  return withPrefix(options.name, await stack);
};

/** When nothing was named and nothing is found, both places are named. */
const openDefaultStack = (): Promise<Deployment> =>
  openStack(defaultStackName()).catch((error: unknown) => {
    const why = sentenceFor(error);
    if (why === undefined) throw error;
    throw new OperatorError(`There is no local run: start one with \`npm start\`. On AWS: ${why}`);
  });

/** The name of the stack that is meant, whether or not it exists: `stack Scim`, `cell eu-1, stack Scim`. */
export const nameOfStack = ({ stack = defaultStackName(), name }: DeploymentOptions): string =>
  `${name === undefined ? '' : `${name}, `}stack ${stack}`;

const withPrefix = (name: string | undefined, deployment: Deployment): Deployment =>
  name === undefined ? deployment : { ...deployment, name: `${name}, ${deployment.name}` };

/** Whether a command without options would run on a local run. */
export const hasLocalRun = (): boolean => findLocalRuns().length > 0;

const findLocalRun = (port: number | undefined): LocalRun | undefined => {
  const runs = findLocalRuns().filter((run) => port === undefined || run.port === port);
  if (runs.length > 1) {
    const ports = runs.map((run) => run.port).join(', ');
    throw new OperatorError(`There are several local runs (ports ${ports}): choose one with --port.`);
  }
  return runs[0];
};

/** Nothing listens there: calls to services that a local run does not emulate fail at once, and never reach AWS. */
const NOWHERE = 'http://127.0.0.1:9';

const openLocalRun = (run: LocalRun): Deployment => {
  enterEnvironment({
    ...localCredentials,
    AWS_ENDPOINT_URL: NOWHERE,
    AWS_ENDPOINT_URL_DYNAMODB: run.dynamodbEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: run.secretsManagerEndpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: run.eventBridgeEndpoint,
    AWS_ENDPOINT_URL_API_GATEWAY: run.apiGatewayEndpoint,
    AWS_ENDPOINT_URL_S3: run.s3Endpoint,
    AWS_ENDPOINT_URL_LAMBDA: run.lambdaEndpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: run.cloudWatchLogsEndpoint,
  });
  const outputs = {
    ...run.outputs,
    BaseUrl: run.baseUrl,
    TableName: run.tableName,
    SecretPrefix: run.secretPrefix,
    EventBusName: run.eventBusName,
  };
  return open(`the local run on port ${run.port}`, true, outputs);
};

const openStack = async (stackName: string): Promise<Deployment> =>
  open(`stack ${stackName}`, isOnEmulator(), await readStackOutputs(stackName));

const isOnEmulator = () => /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(process.env.AWS_ENDPOINT_URL ?? '');

/** Sets the same variables that the functions of a stack have. */
const open = (name: string, isLocal: boolean, outputs: StackOutputs): Deployment => {
  const { BaseUrl, TableName, SecretPrefix, DeploymentSecretArn } = outputs;
  const { EventBusName, FailedChangesBucket, TokenGraceDays } = outputs;
  Object.assign(process.env, {
    TABLE_NAME: TableName,
    ...(isLocal && { WEBHOOK_LOOPBACK: 'allowed' }),
    SECRET_PREFIX: SecretPrefix,
    ...(DeploymentSecretArn && { DEPLOYMENT_SECRET_ID: DeploymentSecretArn }),
    ...(EventBusName && { EVENT_BUS_NAME: EventBusName }),
    ...(FailedChangesBucket && { FAILED_CHANGES_BUCKET: FailedChangesBucket }),
    ...(TokenGraceDays && { TOKEN_GRACE_DAYS: TokenGraceDays }),
  });
  // With a wildcard domain the base URL is a template, because the host contains the tenant too.
  const baseUrlOf = (tenant: string) => BaseUrl.replace(/\/$/, '').replace(TENANT_IN_HOST, tenant);
  return { name, isLocal, outputs, tenantUrl: (tenant) => `${baseUrlOf(tenant)}/${tenant}/v2` };
};
