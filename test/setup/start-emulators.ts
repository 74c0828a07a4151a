// Jest's globalSetup: starts emulators for the whole run, and configures tests as deployed functions are, by environment.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventBus } from '../../bin/local/events/bus.ts';
import { startS3 } from '../../bin/local/s3/s3.ts';
import { startSecretsManager } from '../../bin/local/secrets-manager/secrets-manager.ts';
import { createTable } from '../../bin/local/table/create-table.ts';
import { startDynamoDB } from '../../bin/local/table/dynamodb.ts';
import { enterEnvironment, sdkEnvironment } from '../../bin/shared/sdk-environment.ts';
import { deploymentSecret } from './deployment-secret.ts';
import { running } from './running-emulators.ts';
import { tableDefinition } from './table-definition.ts';

const TABLE_NAME = 'scim-test';

/** The shared table has no stream: no test reads it, and the emulator's writes slow down as a stream grows. */
const sharedTable = { ...tableDefinition, StreamSpecification: undefined };

export default async function startEmulators(): Promise<void> {
  // The local runs of tests must not be found by somebody who works with a run of their own meanwhile.
  const runs = mkdtempSync(join(tmpdir(), 'scim-runs-'));
  process.env.SCIM_RUN_FOLDER = runs;
  running.push({ stop: async () => rmSync(runs, { recursive: true, force: true }) });
  const dynamodb = await startDynamoDB();
  running.push(dynamodb);
  const secretsManager = await startSecretsManager();
  running.push(secretsManager);
  secretsManager.ensure([deploymentSecret]);
  const eventBus = await startEventBus(() => {});
  running.push(eventBus);
  const s3 = await startS3();
  running.push(s3);
  await createTable(dynamodb.endpoint, TABLE_NAME, sharedTable);
  const endpoints = {
    dynamodb: dynamodb.endpoint,
    secretsManager: secretsManager.endpoint,
    eventBridge: eventBus.endpoint,
    s3: s3.endpoint,
  };
  enterEnvironment({
    ...sdkEnvironment(endpoints),
    // On a shared machine DynamoDB Local was seen to stand still for more than 20 seconds.
    ...(process.env.DYNAMODB_EMULATOR === 'dynamodb-local' && { STORE_TIMEOUT_FACTOR: '60' }),
    TABLE_NAME,
    SECRET_PREFIX: 'scim',
    EVENT_BUS_NAME: 'events',
    FAILED_CHANGES_BUCKET: 'failed-changes',
    METRIC_NAMESPACE: 'Scim/Test',
    WEBHOOK_LOOPBACK: 'allowed',
    DEPLOYMENT_SECRET_ID: deploymentSecret.Name,
  });
}
