// Several deployments under one file: two tables with prefixes of their own, noted as two local runs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../../bin/local/process/free-port.ts';
import { removeRunFile, writeRunFile } from '../../../../bin/local/run-file.ts';
import { createTable } from '../../../../bin/local/table/create-table.ts';
import { readCells } from '../../../../bin/scim/cells/cells.ts';
import { enterCell } from '../../../../bin/scim/cells/choose-cell.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { tableDefinition } from '../../../setup/table-definition.ts';
import { scim, scimProcess } from '../terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'scim-cells-'));
const file = join(folder, 'cells.json');
const ports: number[] = [];
const environment = { ...process.env };

const startRun = async (name: string): Promise<number> => {
  const port = await freePort();
  const tableName = `cells-${port}`;
  const { AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint = '' } = process.env;
  await createTable(dynamodbEndpoint, tableName, { ...tableDefinition, StreamSpecification: undefined });
  writeRunFile({
    pid: process.pid,
    port,
    baseUrl: `https://${name}.example.com`,
    tableName,
    secretPrefix: `cells-${port}`,
    dynamodbEndpoint,
    secretsManagerEndpoint: process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
    eventBusName: 'events',
    eventBridgeEndpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '',
    apiGatewayEndpoint: '',
    s3Endpoint: 'http://127.0.0.1:5',
    lambdaEndpoint: 'http://127.0.0.1:6',
    cloudWatchLogsEndpoint: 'http://127.0.0.1:6',
    outputs: {},
  });
  ports.push(port);
  return port;
};

const write = (content: unknown) =>
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));

let cells: Record<string, unknown>;
beforeAll(async () => {
  cells = { 'eu-1': { port: await startRun('eu-1') }, 'us-1': { port: await startRun('us-1') } };
  write({ cells });
});
afterAll(() => {
  ports.forEach(removeRunFile);
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  process.env = { ...environment };
});

const json = async (line: string) => {
  const { exitCode, stdout, stderr } = await scimProcess(`--cells ${file} --json ${line}`);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
};

describe('with two cells', () => {
  const [european, american, everywhere] = [freshTenantId(), freshTenantId(), freshTenantId()];
  beforeAll(async () => {
    await json(`--cell eu-1 tenant create ${european}`);
    await json(`--cell us-1 tenant create ${american}`);
    await json(`--cell eu-1 tenant create ${everywhere}`);
    await json(`--cell us-1 tenant create ${everywhere}`);
  });

  test('a command finds the cell of its tenant', async () => {
    expect((await json(`token show ${european}`)).tenantUrl).toBe(`https://eu-1.example.com/${european}/v2`);
    expect((await json(`tenant show ${american}`)).tenantUrl).toBe(`https://us-1.example.com/${american}/v2`);
  });

  test('a person is told which cell it is', async () => {
    const { stderr } = await scimProcess(`--cells ${file} tenant show ${american}`);
    expect(stderr).toMatch(/^On cell us-1, the local run on port \d+:$/m);
  });

  test('a tenant that is in no cell, or in two, is a sentence, and --cell says which', async () => {
    const nobody = freshTenantId();
    const none = await scimProcess(`--cells ${file} tenant show ${nobody}`);
    expect(none).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `There is no tenant ${nobody} in any cell (eu-1, us-1).\n`,
    });
    const two = await scimProcess(`--cells ${file} tenant pause ${everywhere}`);
    expect({ exitCode: two.exitCode, stderr: two.stderr }).toEqual({
      exitCode: 1,
      stderr: `Tenant ${everywhere} is in several cells (eu-1, us-1): choose one with --cell.\n`,
    });
    expect((await json(`--cell us-1 tenant pause ${everywhere}`)).tenant).toBe(everywhere);
    expect((await json(`--cell eu-1 tenant show ${everywhere}`)).pausedSince).toBeUndefined();
  });

  test('the list is of all cells, or of the one that is named', async () => {
    const all = (await json('tenant list')) as { cell: string; tenant: string }[];
    expect(all.map(({ cell, tenant }) => `${cell} ${tenant}`).sort()).toEqual(
      [`eu-1 ${european}`, `us-1 ${american}`, `eu-1 ${everywhere}`, `us-1 ${everywhere}`].sort(),
    );
    const one = (await json('--cell us-1 tenant list')) as { tenant: string }[];
    expect(one.map(({ tenant }) => tenant).sort()).toEqual([american, everywhere].sort());
    const { stdout } = await scimProcess(`--cells ${file} tenant list`);
    expect(stdout).toMatch(/^CELL +TENANT +USERS/);
    expect(stdout).toMatch(new RegExp(`^us-1 +${american} +0 +0 +never`, 'm'));
  });

  test('the list of all cells has tokens, states and pauses like that of one (S4.2)', async () => {
    await json('--cell us-1 tenant pause --all');
    try {
      const { stdout, stderr } = await scimProcess(`--cells ${file} tenant list`);
      expect(stderr).toBe('On the cells eu-1, us-1:\n');
      expect(stdout).toMatch(/^CELL +TENANT +USERS +GROUPS +LAST REQUEST +TOKEN +TENANT URL +STATE$/m);
      expect(stdout).toMatch(
        new RegExp(`^us-1 +${american} .* 0 days old +https:\\S+ +deployment paused$`, 'm'),
      );
      expect(stdout).toMatch(new RegExp(`^eu-1 +${european} .* open$`, 'm'));
      expect(stdout).toMatch(/^The whole of cell us-1 has been paused since .* UTC\.$/m);
      expect(stdout).not.toContain('cell eu-1 has');
    } finally {
      await json('--cell us-1 tenant resume --all');
    }
  });

  test.each(['tenant create acme', 'tenant pause --all', 'redrive', 'replay --since 1h', 'preflight'])(
    '%s must be told which',
    async (line) => {
      const { exitCode, stderr } = await scim(`--cells ${file} ${line}`);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: 'There are several cells (eu-1, us-1): choose one with --cell.\n',
      });
    },
  );

  test.each(['--stack Scim', '--local', '--port 3000'])('%s means another deployment', async (option) => {
    const { exitCode, stderr } = await scim(`--cells ${file} ${option} tenant list`);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--cell and --cells cannot be combined with --stack/);
  });

  test('a cell that is not in the file is a sentence with those that are', async () => {
    const { exitCode, stderr } = await scim(`--cells ${file} --cell eu-2 tenant list`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('There is no cell eu-2 in');
    expect(stderr).toContain('the cells are eu-1, us-1.');
  });
});

test('a cell that does not answer ends the command: the tenant may be there', async () => {
  const other = join(folder, 'away.json');
  writeFileSync(other, JSON.stringify({ cells: { ...cells, 'ap-1': { port: await freePort() } } }));
  const { exitCode, stderr } = await scimProcess(`--cells ${other} tenant show acme`);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^Cell ap-1 does not answer: There is no local run on port \d+/);
});

test('the only cell need not be named', async () => {
  const only = join(folder, 'only.json');
  writeFileSync(only, JSON.stringify({ cells: { 'us-1': cells['us-1'] } }));
  const { exitCode, stderr } = await scimProcess(`--cells ${only} tenant create ${freshTenantId()}`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('On cell us-1') });
});

test('a cell on AWS sets region and profile, whose credentials go before those of the environment', () => {
  const onAws = join(folder, 'aws.json');
  const named = { stack: 'Scim', region: 'us-gov-west-1', profile: 'prod' };
  writeFileSync(onAws, JSON.stringify({ cells: { gov: named, eu: { stack: 'A.B', region: 'eu-west-1' } } }));
  const read = readCells(onAws);
  if (!read) throw new Error('Not read.');
  expect(enterCell(read, 'eu')).toEqual({ stack: 'A.B', name: 'cell eu' });
  expect(process.env).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: expect.any(String) });
  expect(enterCell(read, 'gov')).toEqual({ stack: 'Scim', name: 'cell gov' });
  expect(process.env).toMatchObject({ AWS_REGION: 'us-gov-west-1', AWS_PROFILE: 'prod' });
  expect(process.env.AWS_ACCESS_KEY_ID).toBeUndefined();
});

test('a file that an editor on Windows wrote is read', () => {
  const marked = join(folder, 'marked.json');
  writeFileSync(marked, `\uFEFF${JSON.stringify({ cells: { local: { port: 3000 } } })}`);
  expect(readCells(marked)?.byName).toEqual({ local: { port: 3000 } });
});

test.each([
  ['no JSON', '{'],
  ['no cells', {}],
  ['none', { cells: {} }],
  ['a wrong name', { cells: { 'EU 1': { port: 3000 } } }],
  ['no region', { cells: { eu: { stack: 'Scim' } } }],
  ['a wrong region', { cells: { eu: { stack: 'Scim', region: 'Europe' } } }],
  ['a wrong stack', { cells: { eu: { stack: '1', region: 'eu-west-1' } } }],
  ['something else', { cells: { eu: { stack: 'Scim', region: 'eu-west-1', account: 1 } } }],
])('a file with %s is a sentence', async (_what, content) => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, typeof content === 'string' ? content : JSON.stringify(content));
  const { exitCode, stderr } = await scim(`--cells ${wrong} tenant list`);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^The cells file .*wrong\.json is invalid.* it has the form \{ "cells"/);
  expect(stderr.trim()).not.toContain('\n');
});

test('a file that is not there is a sentence', async () => {
  const { exitCode, stderr } = await scim(`--cells ${join(folder, 'none.json')} tenant list`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/cannot be read\.\n$/) });
  const missing = await scim('--cell eu-1 tenant list');
  expect(missing.stderr).toBe(
    'There is no scim.cells.json in this directory: name the cells file with --cells.\n',
  );
});
