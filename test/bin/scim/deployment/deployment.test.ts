import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../../bin/local/process/free-port.ts';
import { removeRunFile, writeRunFile } from '../../../../bin/local/run-file.ts';
import { deploymentSecret } from '../../../setup/deployment-secret.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim, scimProcess } from '../terminal.ts';

const outputs = { BaseUrl: 'https://scim.example.com', TableName: 'scim-test', SecretPrefix: 'scim' };

/** As an endpoint with this id in another stack puts them out. */
const under = (id: string) =>
  Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`${id}${name}`, value]));

let cloudFormation: CloudFormation;
const environment = { ...process.env };
beforeAll(async () => {
  const { TableName: _left, ...incomplete } = outputs;
  cloudFormation = await startCloudFormation({
    Complete: outputs,
    Incomplete: incomplete,
    Product: { ...under('Scim'), ProductUrl: 'https://product.example' },
    Twice: { ...under('One'), ...under('Other') },
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
});
afterAll(() => cloudFormation.stop());
afterEach(() => {
  process.env = { ...environment, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint };
});

describe('a local run', () => {
  const runs: number[] = [];
  afterEach(() => {
    for (const port of runs.splice(0)) removeRunFile(port);
  });

  const startRun = async (outputs: Record<string, string> = {}): Promise<number> => {
    const port = await freePort();
    runs.push(port);
    writeRunFile({
      pid: process.pid,
      port,
      baseUrl: `http://127.0.0.1:${port}/scim`,
      tableName: 'scim-test',
      secretPrefix: 'scim',
      dynamodbEndpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      secretsManagerEndpoint: process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
      eventBusName: 'events',
      eventBridgeEndpoint: '',
      apiGatewayEndpoint: '',
      s3Endpoint: 'http://127.0.0.1:5',
      lambdaEndpoint: 'http://127.0.0.1:6',
      cloudWatchLogsEndpoint: 'http://127.0.0.1:6',
      outputs,
    });
    return port;
  };

  test('is found by its port', async () => {
    const port = await startRun();
    const { exitCode, stderr } = await scim(`tenant list --port ${port}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `On the local run on port ${port}:\n` });
  });

  test('has no archive to replay, whatever its template says', async () => {
    const port = await startRun({ EventArchiveArn: 'arn:aws:events:eu-west-1:000000000000:archive/kept' });
    const { exitCode, stderr } = await scim(`replay --since 1h --port ${port}`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('a local run has none'),
    });
  });

  test('is what a new process works on, from the note alone', async () => {
    const port = await startRun({ DeploymentSecretArn: deploymentSecret.Name });
    const id = freshTenantId();
    for (const name of Object.keys(process.env)) {
      if (/^AWS_|^TABLE_NAME$|^SECRET_PREFIX$|^DEPLOYMENT_SECRET_ID$/.test(name)) delete process.env[name];
    }
    const { exitCode, stdout } = await scimProcess(`tenant create ${id} --port ${port} --json`);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ tenantUrl: `http://127.0.0.1:${port}/scim/${id}/v2` });
  });

  test('of an earlier version says that it has no secret to make tokens from', async () => {
    const port = await startRun();
    delete process.env.DEPLOYMENT_SECRET_ID;
    const { exitCode, stderr } = await scimProcess(`tenant create ${freshTenantId()} --port ${port} --json`);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toEqual({
      error: expect.stringContaining('DeploymentSecretArn'),
      target: `the local run on port ${port}`,
    });
  });

  test.each(['', '--local'])('must be named when there are several (%s)', async (option) => {
    const ports = [await startRun(), await startRun()];
    const { exitCode, stderr } = await scim(`tenant list ${option}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/There are several local runs .*: choose one with --port\./);
    for (const port of ports) expect(stderr).toContain(String(port));
  });

  test('that is not there is not replaced by AWS', async () => {
    const { exitCode, stderr } = await scim(`tenant list --port ${await freePort()}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^There is no local run on port \d+: start one with `npm start`\.\n$/);
  });

  test('whose emulators are gone is a sentence', async () => {
    const port = await freePort();
    runs.push(port);
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const run = { pid: process.pid, port, baseUrl: nowhere, tableName: 'scim-test', secretPrefix: 'scim' };
    writeRunFile({
      ...run,
      dynamodbEndpoint: nowhere,
      secretsManagerEndpoint: nowhere,
      eventBusName: 'events',
      eventBridgeEndpoint: nowhere,
      apiGatewayEndpoint: nowhere,
      s3Endpoint: 'http://127.0.0.1:5',
      lambdaEndpoint: 'http://127.0.0.1:6',
      cloudWatchLogsEndpoint: 'http://127.0.0.1:6',
      outputs,
    });
    const { exitCode, stderr } = await scimProcess(`tenant list --port ${port}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The deployment cannot be reached');
  });
});

describe('a stack on AWS', () => {
  test('is found by its outputs, local runs or not', async () => {
    const { exitCode, stderr } = await scim('tenant list --stack Complete');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'On stack Complete:\n' });
  });

  test.each(['Product', 'Product.Scim', 'Twice.One', 'Twice.Other'])(
    'may have endpoints with ids of their own: %s',
    async (stack) => {
      const { exitCode, stderr } = await scim(`tenant list --stack ${stack}`);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `On stack ${stack}:\n` });
    },
  );

  test.each([
    ['with several endpoints', 'Twice', /choose one with --stack Twice\.One or --stack Twice\.Other\.$/m],
    ['without an endpoint of that id', 'Product.Other', /^Stack Product\.Other has no output BaseUrl/],
    [
      'that does not exist',
      'Nowhere',
      /^There is no stack Nowhere in this account in eu-central-1: .*--stack/,
    ],
    ['without our outputs', 'Incomplete', /^Stack Incomplete has no output TableName/],
    ['and an expired session', 'ExpiredToken', /^The AWS session is not valid or has expired: sign in again/],
    ['and too few rights', 'AccessDenied', /^Your AWS session is not allowed to do this: /],
  ])('%s is a sentence', async (_what, stack, sentence) => {
    const { exitCode, stdout, stderr } = await scim(`tenant list --stack ${stack}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim()).not.toContain('\n');
  });

  test('without any credentials is a sentence', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' });
    const { exitCode, stderr } = await scim('tenant list --stack Complete');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^There are no AWS credentials: sign in/);
  });

  test('without a region is a sentence', async () => {
    delete process.env.AWS_REGION;
    process.env.HOME = '/nonexistent';
    const { exitCode, stderr } = await scim('tenant list --stack Complete');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^No AWS region is set/);
  });
});

describe('a command line that makes no sense prints the usage and ends with 2:', () => {
  test.each([
    '',
    'tenant',
    'nonsense',
    'tenant nonsense acme',
    'tenant create',
    'tenant create acme another',
    'tenant list --nonsense',
    'tenant list --port http',
    'tenant list --port 65536',
  ])('%s', async (line) => {
    const { exitCode, stdout, stderr } = await scim(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/Usage: npm run scim -- /);
  });

  test.each(['--local', '--port 3000'])('--stack with %s', async (option) => {
    const { exitCode, stderr } = await scim(`tenant list --stack Complete ${option}`);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/choose AWS or the local run\.\n$/);
  });
});

test('--help prints the usage and ends with 0', async () => {
  const { exitCode, stdout } = await scim('token rotate --help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Usage: npm run scim -- token rotate');
});
