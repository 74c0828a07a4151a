// One local run from start to end: the emulators, the stack's functions, and the gateway in front of them. Start here.

import { join } from 'node:path';
import { removeRunFile, writeRunFile } from '../shared/run-file.ts';
import { enterEnvironment, sdkEnvironment } from '../shared/sdk-environment.ts';
import { openDataFolder } from './data-folder.ts';
import { type BusEvent, startEventBus } from './events/bus.ts';
import { eventLine } from './events/line.ts';
import { openQueue } from './events/queue.ts';
import { routeEvents } from './events/rules.ts';
import { startSchedules } from './events/schedules.ts';
import { ensureFirstTenant, FIRST_TENANT } from './first-tenant.ts';
import { hostFunctions } from './functions/host.ts';
import { startLambda } from './functions/invoke-api.ts';
import { refusedLine, startAccessLog } from './gateway/access-log.ts';
import { openApiKeys } from './gateway/api-keys.ts';
import { startApiGateway } from './gateway/control-api.ts';
import { refuseStage, startGateway } from './gateway/gateway.ts';
import { liveView } from './live-view/live-view.ts';
import { openState } from './live-view/state.ts';
import { startS3 } from './s3/s3.ts';
import { startSecretsManager } from './secrets-manager/secrets-manager.ts';
import { functionsOnTheWay } from './stack/gateway.ts';
import { readStack } from './stack/stack.ts';
import { createTable } from './table/create-table.ts';
import { startDynamoDB } from './table/dynamodb.ts';
import { followStream } from './table/event-source.ts';
import { openTableStream } from './table/stream.ts';
import { openStreamPositions } from './table/stream-positions.ts';

/** How to run. */
export interface RunOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The folder that keeps the data; without it, the data is lost at the end. */
  readonly dataFolder: string | undefined;
  /** Whether to throttle tenants as on AWS. */
  readonly throttle: boolean;
  /** Whether each request is a line of output. */
  readonly verbose?: boolean;
  /** Gets each event on the bus; its line is printed regardless. */
  readonly onEvent?: (event: BusEvent) => void;
}

/** A run that is ready for requests. */
export interface Run {
  /** The Tenant URL of the first tenant. */
  readonly tenantUrl: string;
  /** The first tenant's bearer token. */
  readonly token: string;
  /** The page that shows what happens. */
  readonly liveViewUrl: string;
  /** Gives requests in progress two seconds to finish, and stops everything that was started. */
  readonly stop: () => Promise<void>;
}

const GRACE_MS = 2000;
const ROTATION_STEP_MS = 30_000;

/**
 * Starts everything and resolves when requests are served. Throws a `StartupError` for problems that the user can fix, after
 * stopping what was already started. Changes the environment of this process.
 */
export const startRun = async ({
  port,
  dataFolder,
  throttle,
  verbose,
  onEvent,
}: RunOptions): Promise<Run> => {
  await using started = new AsyncDisposableStack();
  const gateway = await startGateway(port);
  started.defer(() => gateway.stop());
  const data = dataFolder === undefined ? undefined : openDataFolder(dataFolder);
  started.defer(() => data?.release());

  const dynamodb = await startDynamoDB(data?.path);
  started.defer(dynamodb.stop);
  const secretsManager = await startSecretsManager(data && join(data.path, 'secrets.json'));
  started.defer(secretsManager.stop);
  const eventBus = await startEventBus((event) => {
    console.error(eventLine(event));
    onEvent?.(event);
  });
  started.defer(eventBus.stop);
  const apiKeys = openApiKeys(data && join(data.path, 'api-keys.json'));
  const apiGateway = await startApiGateway(apiKeys, gateway.flushAuthorizers);
  started.defer(() => apiGateway.stop());
  const s3 = await startS3(data && join(data.path, 'objects'));
  started.defer(() => s3.stop());
  const accessLog = await startAccessLog();
  started.defer(() => accessLog.stop());

  // CDK is slow to load, so the port, the folder and the emulators are tried first.
  const { synthesize } = await import('./stack/synthesize.ts');
  const stack = readStack(synthesize({ throttle }));
  secretsManager.ensure(stack.secrets);
  const sdk = sdkEnvironment({
    dynamodb: dynamodb.endpoint,
    secretsManager: secretsManager.endpoint,
    eventBridge: eventBus.endpoint,
    apiGateway: apiGateway.endpoint,
    s3: s3.endpoint,
  });
  // Only here: a webhook of the local run may be on this machine.
  const functions = hostFunctions(stack.functions, { ...sdk, WEBHOOK_LOOPBACK: 'allowed' }, verbose);
  started.defer(functions.stop);
  const lambda = await startLambda(functions.invoke);
  started.defer(() => lambda.stop());
  secretsManager.rotateWith((functionArn, event) =>
    functions.invoke(functionArn.split(':').at(-1) ?? '', event, ROTATION_STEP_MS),
  );
  enterEnvironment({
    ...sdk,
    TABLE_NAME: stack.tableName,
    SECRET_PREFIX: stack.secretPrefix,
    EVENT_BUS_NAME: stack.eventBusName,
    FAILED_CHANGES_BUCKET: stack.outputs.FailedChangesBucket ?? '',
    DEPLOYMENT_SECRET_ID: stack.outputs.DeploymentSecretArn ?? '',
  });
  await createTable(dynamodb.endpoint, stack.tableName, stack.table);
  const queues = new Map(stack.queues.map((queue) => [queue.arn, openQueue(queue, functions.invoke)]));
  for (const queue of queues.values()) started.defer(queue.stop);
  eventBus.routeWith(routeEvents(stack.rules, queues));
  const schedules = startSchedules(stack.schedules, functions.invoke);
  started.defer(schedules.stop);
  const positions = openStreamPositions(data && join(data.path, 'stream-positions.json'));
  for (const source of stack.eventSources) {
    const stream = await openTableStream(dynamodb.endpoint, stack.tableName);
    const following = followStream(source, stream, positions, functions.invoke);
    started.defer(following.stop);
  }
  const [token] = await Promise.all([
    ensureFirstTenant({ ...stack.outputs, SecretPrefix: stack.secretPrefix }),
    functions.load(functionsOnTheWay(stack)),
  ]);
  const view = liveView(await openState(), refuseStage);
  gateway.serve(stack, functions.invoke, {
    plansOf: (key) => stack.apiKeys.get(key) ?? apiKeys.plansOf(key),
    beside: view,
    onRefusal: (line) => {
      accessLog.write(line);
      if (verbose) console.error(refusedLine(line));
    },
  });

  const baseUrl = `http://127.0.0.1:${gateway.port}/${stack.stage}`;
  writeRunFile({
    pid: process.pid,
    port: gateway.port,
    baseUrl,
    tableName: stack.tableName,
    secretPrefix: stack.secretPrefix,
    dynamodbEndpoint: dynamodb.endpoint,
    secretsManagerEndpoint: secretsManager.endpoint,
    eventBusName: stack.eventBusName,
    eventBridgeEndpoint: eventBus.endpoint,
    apiGatewayEndpoint: apiGateway.endpoint,
    s3Endpoint: s3.endpoint,
    lambdaEndpoint: lambda.endpoint,
    cloudWatchLogsEndpoint: accessLog.endpoint,
    outputs: stack.outputs,
  });
  started.defer(() => removeRunFile(gateway.port));
  const owned = started.move();
  const stop = async () => {
    await gateway.stop(GRACE_MS);
    await owned.disposeAsync();
  };
  const liveViewUrl = `http://127.0.0.1:${gateway.port}/`;
  return { tenantUrl: `${baseUrl}/${FIRST_TENANT}/v2`, token, liveViewUrl, stop };
};
