// What the gateway refused by itself, in the operator's log: from lines of the access log as lib/api/access-log.ts has them
// written.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AccessLog, startAccessLog } from '../../../../bin/local/gateway/access-log.ts';
import { ScimClient } from '../../../support/scim-client.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim, TARGET_LINE } from '../terminal.ts';

let client: ScimClient;
let cloudFormation: CloudFormation;
let accessLog: AccessLog;

beforeAll(async () => {
  const outputs = { BaseUrl: 'https://scim.example.com', TableName: 'scim-test', SecretPrefix: 'scim' };
  cloudFormation = await startCloudFormation({
    Scim: { ...outputs, AccessLogGroup: 'access', AuthorizerLogGroup: 'authorizer' },
    Old: outputs,
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
});
afterAll(() => cloudFormation.stop());

beforeEach(async () => {
  client = new ScimClient();
  await client.createTenant();
  await accessLog?.stop();
  accessLog = await startAccessLog();
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS = accessLog.endpoint;
});
afterAll(() => accessLog.stop());

const json = async (line: string, stack = 'Scim') => {
  const { exitCode, stdout } = await scim(`--stack ${stack} log ${client.tenant} --json ${line}`);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>[];
};

const write = (more: Partial<Parameters<AccessLog['write']>[0]> = {}) =>
  accessLog.write({
    requestId: 'r-1',
    method: 'GET',
    path: `/scim/${client.tenant}/v2/Users`,
    status: '401',
    refusal: 'UNAUTHORIZED',
    ...more,
  });

describe('a request that the gateway refused', () => {
  test.each([
    ['', '/scim'],
    ['with a custom domain ', ''],
  ])('%sis among the others in the order of time, with its path and why', async (_, base) => {
    await client.post('/Users', { userName: 'alice@veldt.example' });
    write({ path: `${base}/${client.tenant}/v2/Users` });
    expect(await json('')).toEqual([
      expect.objectContaining({ operation: 'create', status: 201 }),
      {
        time: expect.any(String),
        requestId: 'r-1',
        keyId: '',
        operation: 'get',
        path: '/Users',
        status: 401,
        detail: expect.stringMatching(/^The token is missing or malformed: /),
      },
    ]);
  });

  test.each([
    ['UNAUTHORIZED', undefined, /^The token is missing or malformed/],
    ['UNAUTHORIZED', '12', /^The token is unknown, retired, expired or revoked: .*token status/],
    ['ACCESS_DENIED', '12', /^The token is that of another tenant/],
    ['THROTTLED', '-', /^Too many requests/],
    ['INVALID_API_KEY', '12', /tenant throttle/],
    ['AUTHORIZER_FAILURE', '12', /^The token could not be checked/],
    ['SOMETHING_NEW', '-', /^The gateway refused the request/],
  ])(
    'has its why in words, never in those of AWS: %s after %s ms (S4.2)',
    async (refusal, milliseconds, words) => {
      write({ refusal, ...(milliseconds !== undefined && { authorizerMilliseconds: milliseconds }) });
      const [entry] = await json('');
      expect(entry?.detail).toMatch(words);
      expect(entry?.detail).not.toMatch(/[A-Z]+_[A-Z]+|UNAUTHORIZED|THROTTLED/);
    },
  );

  test.each([
    ['retired', /^The token is retired, expired or revoked/],
    ['damaged', /^The token is malformed/],
    ['unknownKey', /^The token is unknown/],
    ['wrongSecret', /^The token is unknown/],
    ['pending', /^The token is not accepted yet/],
  ])('has the why of the authorizer: %s (S4.2)', async (cause, words) => {
    write({ requestId: 'r-0', authorizerMilliseconds: '9', authorizerRequestId: 'a-0', cause: 'other' });
    write({ authorizerMilliseconds: '9', authorizerRequestId: 'a-1', cause });
    expect((await json('')).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('token status'),
      expect.stringMatching(words),
    ]);
  });

  test('is found by its request id, and shows with --failed', async () => {
    write();
    write({ requestId: 'r-2', status: '429', refusal: 'THROTTLED' });
    expect(await json('--request r-2')).toMatchObject([{ requestId: 'r-2', status: 429 }]);
    expect(await json('--failed')).toHaveLength(2);
  });

  test('counts for the limit like every other', async () => {
    await client.post('/Users', { userName: 'alice@veldt.example' });
    for (const number of [1, 2, 3]) write({ requestId: `r-${number}` });
    expect((await json('--limit 2')).map(({ requestId }) => requestId)).toEqual(['r-2', 'r-3']);
  });

  test('is not shown to others: of another tenant, or one whose name ends alike', async () => {
    write({ path: '/scim/globex/v2/Users' });
    write({ path: `/scim/x-${client.tenant}/v2/Users` });
    write({ path: `/scim/globex/v2/${client.tenant}/v2/Users` });
    expect(await json('')).toEqual([]);
  });

  test.each(['x"y', 'x\\', 'x","status":"200","refusal":"-","path":"/scim/globex/v2/Users'])(
    'is shown with the path /Users/%s, which may not be escaped',
    async (id) => {
      write({ path: `/scim/${client.tenant}/v2/Users/${id}` });
      expect(await json('')).toMatchObject([{ status: 401, path: `/Users/${id}` }]);
    },
  );

  test('is known by its token where the URL has no tenant', async () => {
    write({ path: '/scim/v2/Users', tenant: client.tenant, refusal: 'THROTTLED', status: '429' });
    write({ path: '/v2/Groups', tenant: client.tenant, refusal: 'THROTTLED', status: '429' });
    write({ path: '/v2/Others', tenant: 'globex', refusal: 'THROTTLED', status: '429' });
    write({ path: '/v2/Unknown' });
    write({ path: '/globex/v2/Denied', tenant: client.tenant, refusal: 'ACCESS_DENIED', status: '403' });
    expect((await json('')).map(({ path }) => path)).toEqual(['/Users', '/Groups']);
  });

  test('is no user that was asked for', async () => {
    write();
    expect(await json('--user alice@veldt.example')).toEqual([]);
  });
});

test('a request that a function answered is not told twice', async () => {
  const answer = await client.post('/Users', { userName: '' });
  const requestId = answer.headers['X-Request-Id'] ?? '';
  write({ requestId, refusal: '-', status: '400' });
  write({ requestId: 'other', refusal: '-', status: '404' });
  expect(await json('')).toMatchObject([{ requestId, operation: 'create' }]);
});

test('a stack from before there was this output has its provisioning log alone', async () => {
  write();
  expect(await json('', 'Old')).toEqual([]);
});

test('an access log that cannot be read takes nothing from the rest', async () => {
  await client.post('/Users', { userName: 'alice@veldt.example' });
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS = 'http://127.0.0.1:9';
  const { exitCode, stdout, stderr } = await scim(`--stack Scim log ${client.tenant}`);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('alice@veldt.example');
  expect(stderr).toContain('Requests that the gateway refused are missing: ');
});

describe('an access log that is longer than a look back', () => {
  /** Refusals of another tenant fill the pages. */
  const fill = (lines: number) => {
    for (let line = 0; line < lines; line++) write({ requestId: 'other', path: '/scim/globex/v2/Users' });
  };

  beforeEach(async () => {
    await accessLog.stop();
    accessLog = await startAccessLog({ pageSize: 2 });
    process.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS = accessLog.endpoint;
  });

  const log = () => scim(`--stack Scim log ${client.tenant} --json`);

  test('shows the newest refusals, and says what was not read', async () => {
    write({ requestId: 'oldest' });
    fill(500);
    write({ requestId: 'newest' });
    const { stdout, stderr } = await log();
    expect(JSON.parse(stdout)).toMatchObject([{ requestId: 'newest' }]);
    expect(stderr).toMatch(/before \d{4}-\d\d-\d\dT[\d:.]+Z are missing/);
  });

  test('says nothing where all was read, or enough was found', async () => {
    write({ requestId: 'oldest' });
    fill(20);
    const { stdout, stderr } = await log();
    expect(JSON.parse(stdout)).toMatchObject([{ requestId: 'oldest' }]);
    expect(stderr).toEqual(TARGET_LINE);
    fill(500);
    for (let line = 0; line < 60; line++) write({ requestId: `r-${line}` });
    const many = await log();
    expect(JSON.parse(many.stdout)).toHaveLength(50);
    expect(many.stderr).toEqual(TARGET_LINE);
  });
});
