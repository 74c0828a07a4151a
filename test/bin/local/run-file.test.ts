import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { rootPath } from '../../../bin/local/root-path.ts';
import { findLocalRuns, type LocalRun, removeRunFile, writeRunFile } from '../../../bin/local/run-file.ts';

const runOf = (pid: number, port: number): LocalRun => ({
  pid,
  port,
  baseUrl: `http://127.0.0.1:${port}/scim`,
  tableName: 'directory',
  secretPrefix: 'scim',
  dynamodbEndpoint: 'http://127.0.0.1:1',
  secretsManagerEndpoint: 'http://127.0.0.1:2',
  eventBusName: 'events',
  eventBridgeEndpoint: 'http://127.0.0.1:3',
  apiGatewayEndpoint: 'http://127.0.0.1:4',
  s3Endpoint: 'http://127.0.0.1:5',
  lambdaEndpoint: 'http://127.0.0.1:6',
  cloudWatchLogsEndpoint: 'http://127.0.0.1:6',
  outputs: {},
});

// Ports below 1024, so that no real run on this machine has a note of the same name.
const ALIVE_PORT = 11;
const DEAD_PORT = 12;
const found = () => findLocalRuns().filter(({ port }) => port === ALIVE_PORT || port === DEAD_PORT);

afterEach(() => {
  removeRunFile(ALIVE_PORT);
  removeRunFile(DEAD_PORT);
});

test('a run is found while its process lives, and is gone when its note is removed', () => {
  writeRunFile(runOf(process.pid, ALIVE_PORT));
  expect(found()).toEqual([runOf(process.pid, ALIVE_PORT)]);

  removeRunFile(ALIVE_PORT);
  expect(found()).toEqual([]);
});

test('the note of a killed run is passed over', () => {
  const ended = spawnSync(process.execPath, ['--version']);
  writeRunFile(runOf(ended.pid, DEAD_PORT));

  expect(found()).toEqual([]);
});

test('the runs of tests are not among those that a person sees (S4.1)', () => {
  writeRunFile(runOf(process.pid, ALIVE_PORT));
  expect(existsSync(rootPath(`.local/run-${ALIVE_PORT}.json`))).toBe(false);
  const { SCIM_RUN_FOLDER, ...person } = process.env;
  try {
    process.env = person;
    expect(found()).toEqual([]);
  } finally {
    process.env = { ...person, SCIM_RUN_FOLDER };
  }
});
