import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { removeRunFile, writeRunFile } from '../../../../bin/local/run-file.ts';
import { covers } from '../../../../bin/scim/preflight/certificates.ts';
import type { Check } from '../../../../bin/scim/preflight/check.ts';
import { throttleKey } from '../../../../lambdas/credentials/throttle-key.ts';
import { tenantId } from '../../../setup/fresh-tenant.ts';
import { type Account, type Answers, Refusal, startAccount } from '../account.ts';
import { scim } from '../terminal.ts';

const REGION = 'eu-central-1';
const CERTIFICATE = `arn:aws:acm:${REGION}:123456789012:certificate/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11`;
const domain = `-c scim:domainName=scim.example.com -c scim:certificateArn=${CERTIFICATE}`;
const topic = `-c scim:alarmTopicArn=arn:aws:sns:${REGION}:123456789012:pager`;
const webAcl = '-c scim:webAcl=arn:aws:wafv2:us-east-1:123456789012:regional/webacl/scim/1';
const missing = new Refusal('ResourceNotFoundException');

const limit = (all: number, unreserved = all) => ({
  'lambda:GetAccountSettings': {
    AccountLimit: { ConcurrentExecutions: all, UnreservedConcurrentExecutions: unreserved },
  },
});
const gateway = (role: string | undefined, rateLimit = 10_000) => ({
  'apigateway:/account': { cloudwatchRoleArn: role, throttleSettings: { rateLimit, burstLimit: 5000 } },
});
const certificate = (changes: object = {}) => ({
  'acm:DescribeCertificate': {
    Certificate: {
      Status: 'ISSUED',
      DomainName: '*.example.com',
      RenewalEligibility: 'ELIGIBLE',
      ...changes,
    },
  },
});
const keys = (count: number) => ({
  'apigateway:/apikeys': { item: Array.from({ length: count }, (_, id) => ({ id: String(id) })) },
});
const stack = (status: string) => ({ 'cloudformation:DescribeStacks': status });

/** An account in which nothing was ever deployed, and that has all it takes. */
const fresh: Answers = {
  'cloudformation:DescribeStacks': new Refusal('ValidationError'),
  ...limit(1000),
  ...gateway('arn:aws:iam::123456789012:role/gateway-logs'),
  ...certificate(),
  'events:DescribeEventBus': missing,
  'apigateway:/domainnames/scim.example.com': new Refusal('NotFoundException', 404),
  'secretsmanager:ListSecrets': { SecretList: [] },
  'dynamodb:ListTables': { TableNames: ['Other-DirectoryTable'] },
  ...keys(3),
  'apigateway:/usageplans/plan/keys': { item: [] },
  'dynamodb:Query': { Items: [] },
};

let account: Account;
const environment = { ...process.env };
beforeAll(async () => {
  account = await startAccount();
  for (const service of [
    ...['ACM', 'API_GATEWAY', 'CLOUDFORMATION', 'DYNAMODB', 'EVENTBRIDGE', 'LAMBDA', 'SECRETS_MANAGER'],
  ]) {
    process.env[`AWS_ENDPOINT_URL_${service}`] = account.endpoint;
  }
});
beforeEach(() => {
  account.answers = fresh;
  account.calls.length = 0;
});
afterAll(async () => {
  process.env = environment;
  await account.stop();
});

const preflight = async (answers: Answers = {}, settings = '', deployment = 'Scim') => {
  account.answers = { ...fresh, ...answers };
  const { exitCode, stdout, stderr } = await scim(`--stack ${deployment} --json preflight ${settings}`);
  expect(stderr).toEqual(expect.stringMatching(/^\{"target":"(cell \S+, )?stack \S+"\}\n$/));
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  return { exitCode, checks, found: (name: string) => checks.find((check) => check.name === name) };
};

test('an account with all it takes has nothing but ok, and the command looks without changing anything', async () => {
  const { exitCode, checks } = await preflight({}, domain);
  expect(checks.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual([
    'stack',
    'concurrency',
    'log role',
    'gateway throttle',
    'certificate of scim.example.com',
    'event bus',
    'secrets',
    'stand-in key',
    'table',
    'domain scim.example.com',
    'API keys',
  ]);
  expect(exitCode).toBe(0);
  expect(account.calls.filter(({ action }) => !/:(Describe|List|Get)|apigateway:/.test(action))).toEqual([]);
});

test('a person reads one line a check and what is next', async () => {
  account.answers = { ...fresh, ...limit(10) };
  const { exitCode, stdout } = await scim('--stack Scim preflight');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^ok +stack +There is no stack Scim yet/m);
  expect(stdout).toMatch(/^fail +concurrency +10 of 10 .*smallAccount=true/m);
  expect(stdout).toMatch(/\nNot ready: fix what fails, then run this again\.\n$/);
});

const GATEWAY_ROLE = '-c scim:gatewayLogRole=true';

test.each<[string, Check['outcome'], string, Answers, string?]>([
  ['stack', 'ok', 'will be updated', stack('UPDATE_COMPLETE')],
  ['stack', 'ok', 'will be updated', stack('UPDATE_ROLLBACK_COMPLETE')],
  ['stack', 'warn', 'delete-stack --stack-name Scim', stack('REVIEW_IN_PROGRESS')],
  ['stack', 'fail', 'A first deployment that failed', stack('ROLLBACK_COMPLETE')],
  ['stack', 'fail', 'A first deployment that failed', stack('ROLLBACK_FAILED')],
  ['stack', 'fail', 'wait until that has finished', stack('UPDATE_IN_PROGRESS')],
  ['stack', 'fail', 'continue-update-rollback', stack('UPDATE_ROLLBACK_FAILED')],
  ['concurrency', 'ok', '120 are needed', limit(1000, 120)],
  ['concurrency', 'fail', 'smallAccount=true', limit(1000, 119)],
  ['concurrency', 'fail', 'smallAccount=true', limit(10)],
  ['concurrency', 'warn', 'before you raise it', { ...limit(1000, 119), ...stack('CREATE_COMPLETE') }],
  ['concurrency', 'ok', 'none is reserved', limit(1000), '-c scim:authorizerConcurrency=0'],
  ['concurrency', 'warn', 'enough for a trial', limit(10), '-c scim:smallAccount=true'],
  ['log role', 'ok', 'role/gateway-logs', {}],
  ['log role', 'fail', 'scim:gatewayLogRole=true', gateway(undefined)],
  ['log role', 'ok', 'scim:gatewayLogRole=true', gateway(undefined), GATEWAY_ROLE],
  ['log role', 'warn', 'replaces it for every API', {}, GATEWAY_ROLE],
  ['log role', 'ok', 'scim:gatewayLogRole=true', stack('CREATE_COMPLETE'), GATEWAY_ROLE],
  ['gateway throttle', 'ok', 'the stage takes 5,000', {}],
  ['gateway throttle', 'warn', 'stageRequestsPerSecond=1250', gateway('role', 2500)],
  [
    'gateway throttle',
    'ok',
    'the stage takes 1,000',
    gateway('role', 2500),
    '-c scim:stageRequestsPerSecond=1000',
  ],
  ['gateway throttle', 'warn', 'would take all of it', {}, '-c scim:stageRequestsPerSecond=0'],
  ['gateway throttle', 'warn', 'protects no tenant', {}, '-c scim:stageRequestsPerSecond=40'],
  ['certificate of scim.example.com', 'ok', 'issued for', certificate(), domain],
  [
    'certificate of scim.example.com',
    'fail',
    'no such certificate',
    { 'acm:DescribeCertificate': missing },
    domain,
  ],
  ['certificate of scim.example.com', 'fail', 'CNAME', certificate({ Status: 'PENDING_VALIDATION' }), domain],
  ['certificate of scim.example.com', 'fail', 'It is EXPIRED', certificate({ Status: 'EXPIRED' }), domain],
  [
    'certificate of scim.example.com',
    'fail',
    'not for scim.example.com',
    certificate({ DomainName: 'example.com' }),
    domain,
  ],
  [
    'certificate of scim.example.com',
    'ok',
    'issued for',
    certificate({ DomainName: 'example.com', SubjectAlternativeNames: ['scim.example.com'] }),
    domain,
  ],
  [
    'certificate of scim.example.com',
    'warn',
    'does not renew it',
    certificate({ RenewalEligibility: 'INELIGIBLE', NotAfter: Date.now() / 1000 + 86_400 }),
    domain,
  ],
  ['certificate of scim.example.com', 'fail', 'It is in us-east-1', {}, domain.replace(REGION, 'us-east-1')],
  ['alarm topic', 'ok', 'in the region', {}, topic],
  ['alarm topic', 'fail', 'It is in us-east-1', {}, topic.replace(REGION, 'us-east-1')],
  ['web ACL', 'fail', 'It is in us-east-1', {}, webAcl],
  ['domain', 'warn', 'before the first customer', {}],
  [
    'domain scim.example.com',
    'fail',
    'belongs to another API',
    { 'apigateway:/domainnames/scim.example.com': {} },
    domain,
  ],
  ['event bus', 'fail', 'another scim:stackName', { 'events:DescribeEventBus': { Name: 'Scim' } }],
  [
    'secrets',
    'warn',
    'another scim:secretPrefix',
    { 'secretsmanager:ListSecrets': { SecretList: [{ Name: 'scim/acme.t1a2b3/token' }] } },
  ],
  [
    'secrets',
    'ok',
    'no secrets under scim/',
    { 'secretsmanager:ListSecrets': { SecretList: [{ Name: 'SCIM/other/token' }] } },
  ],
  [
    'table',
    'warn',
    'left the table Scim-DirectoryTable1 with the key arn:aws:kms:key',
    {
      'dynamodb:ListTables': { TableNames: ['Scim-DirectoryTable1'] },
      'dynamodb:DescribeTable': { Table: { SSEDescription: { KMSMasterKeyArn: 'arn:aws:kms:key' } } },
    },
  ],
  [
    'stand-in key',
    'fail',
    'another scim:secretPrefix',
    { 'apigateway:/apikeys': { item: [{ id: '1', name: 'scim-stand-in' }] } },
    '-c scim:tenantRequestsPerSecond=0',
  ],
  ['API keys', 'warn', 'plan the next cell', keys(8_000)],
  ['API keys', 'fail', 'tenantRequestsPerSecond=0', keys(10_000)],
])('%s is %s: %s', async (...[name, outcome, what, answers, settings]) => {
  const { exitCode, found } = await preflight(answers, settings);
  expect(found(name)).toEqual({ name, outcome, what: expect.stringContaining(what) });
  expect(exitCode === 1).toBe(outcome === 'fail');
});

const tenant = (id: string, State = 'active') => ({
  PK: { S: 'TENANT' },
  SK: { S: id },
  Incarnation: { S: 't1a2b3' },
  State: { S: State },
  CreatedAt: { S: '2026-11-28T08:00:00.000Z' },
});
const tenants = (...Items: object[]) => ({ ...stack('UPDATE_COMPLETE'), 'dynamodb:Query': { Items } });

describe('the keys that tenants are counted by', () => {
  test.each<[string, Check['outcome'], string, Answers]>([
    ['nobody has none', 'ok', 'Every tenant has its key', tenants()],
    ['one that is being made needs none yet', 'ok', 'Every tenant', tenants(tenant('acme', 'creating'))],
    [
      'one is missing',
      'fail',
      'refuse the tenants that have no key (1: acme): deploy with -c scim:throttle=standin',
      tenants(tenant('acme')),
    ],
    [
      'the key is in the plan',
      'ok',
      'Every tenant',
      {
        ...tenants(tenant('acme')),
        'apigateway:/usageplans/plan/keys': {
          item: [{ id: '1', name: throttleKey('scim', tenantId('acme')).name }],
        },
      },
    ],
    [
      'the session may not read the keys',
      'unknown',
      'apigateway:GET on /usageplans',
      { ...tenants(), 'apigateway:/usageplans/plan/keys': new Refusal('AccessDeniedException', 403) },
    ],
    [
      'a stack of others has the name',
      'fail',
      'it is not a stack of this application',
      stack('CREATE_COMPLETE of-others'),
    ],
  ])('%s: %s', async (_what, outcome, what, answers) => {
    const { found, exitCode } = await preflight(answers);
    expect(found('throttle keys')).toEqual({
      name: 'throttle keys',
      outcome,
      what: expect.stringContaining(what),
    });
    expect(exitCode === 1).toBe(outcome === 'fail');
  });

  test.each(['throttle=standin', 'tenantRequestsPerSecond=0'])(
    'are not asked for with %s',
    async (setting) => {
      const { found } = await preflight(tenants(tenant('acme')), `-c scim:${setting}`);
      expect(found('throttle keys')).toBeUndefined();
    },
  );
});

test('an existing stack has its own names, which nobody calls a collision', async () => {
  const { checks } = await preflight({ ...stack('UPDATE_COMPLETE'), 'events:DescribeEventBus': {} }, domain);
  const names = checks.map(({ name }) => name);
  for (const name of ['event bus', 'secrets', 'table', 'domain scim.example.com']) {
    expect(names).not.toContain(name);
  }
});

describe('an endpoint in a stack of somebody else', () => {
  const tables = { 'dynamodb:ListTables': { TableNames: ['Product-ScimDirectoryTable1', 'Product-Users'] } };

  test('is to come while its outputs are not there, and has names with its id', async () => {
    const { found } = await preflight(
      { ...stack('UPDATE_COMPLETE'), ...tables, 'dynamodb:DescribeTable': {} },
      '',
      'Product.Scim',
    );
    expect(found('table')).toMatchObject({
      outcome: 'warn',
      what: expect.stringContaining('Product-ScimDirectoryTable1'),
    });
    expect(found('event bus')).toMatchObject({
      outcome: 'ok',
      what: expect.stringContaining('Product_Scim'),
    });
    expect(found('secrets')?.what).toContain('product_scim/');
  });

  test('is there with its outputs', async () => {
    const { checks, found } = await preflight({ ...stack('UPDATE_COMPLETE Scim') }, '', 'Product.Scim');
    expect(checks.map(({ name }) => name)).not.toContain('event bus');
    expect(found('throttle keys')).toMatchObject({ outcome: 'ok' });
  });
});

test('no keys are counted where no tenant is throttled', async () => {
  const { found } = await preflight({}, '-c scim:tenantRequestsPerSecond=0');
  expect(found('API keys')).toBeUndefined();
});

test.each([
  ['stack', 'cloudformation:DescribeStacks', 'cloudformation:DescribeStacks', 2],
  ['concurrency', 'lambda:GetAccountSettings', 'lambda:GetAccountSettings', 1],
  ['log role', 'apigateway:/account', 'apigateway:GET on /account', 2],
  ['certificate of scim.example.com', 'acm:DescribeCertificate', 'acm:DescribeCertificate', 1],
  ['event bus', 'events:DescribeEventBus', 'events:DescribeEventBus', 1],
  ['secrets', 'secretsmanager:ListSecrets', 'secretsmanager:ListSecrets', 1],
  ['table', 'dynamodb:ListTables', 'dynamodb:ListTables', 1],
  [
    'domain scim.example.com',
    'apigateway:/domainnames/scim.example.com',
    'apigateway:GET on /domainnames',
    1,
  ],
  ['API keys', 'apigateway:/apikeys', 'apigateway:GET on /apikeys', 2],
  ['stand-in key', 'apigateway:/apikeys', 'apigateway:GET on /apikeys', 2],
])(
  '%s is unknown where the session may not look, and says what it needs',
  async (name, call, action, unknown) => {
    const refused = { [call]: new Refusal('AccessDeniedException', 403) };
    const { exitCode, checks, found } = await preflight(refused, domain);
    expect(found(name)).toEqual({
      name,
      outcome: 'unknown',
      what: expect.stringContaining(`lacks a permission for this check: ${action}`),
    });
    expect(checks.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(unknown);
    expect(exitCode).toBe(0);
  },
);

describe('what is no finding ends the command with a sentence:', () => {
  test('an expired session', async () => {
    account.answers = { ...fresh, 'events:DescribeEventBus': new Refusal('ExpiredTokenException', 403) };
    const { exitCode, stdout, stderr } = await scim('--stack Scim preflight');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^On stack Scim:\nThe AWS session is not valid or has expired/);
  });

  test('a wrong setting', async () => {
    const { exitCode, stderr } = await scim('--stack Scim preflight -c scim:logDays=0');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'On stack Scim:\nThe setting scim:logDays must be a whole number from 1 to 3650, not 0.\n',
    });
  });

  test('what is no setting', async () => {
    const { exitCode, stderr } = await scim('--stack Scim preflight -c nonsense');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^On stack Scim:\nPass a setting as -c key=value/);
  });

  test.each(['--local', '--port 3000', ''])('a local run (%s)', async (option) => {
    const port = 3999;
    writeRunFile({ pid: process.pid, port } as Parameters<typeof writeRunFile>[0]);
    try {
      const { exitCode, stderr } = await scim(`preflight ${option}`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^preflight checks an AWS account before a deployment, and a local run has none/,
      );
      expect(account.calls).toEqual([]);
    } finally {
      removeRunFile(port);
    }
  });
});

test.each([
  ['scim.example.com', 'scim.example.com', true],
  ['*.example.com', 'scim.example.com', true],
  ['*.example.com', 'a.scim.example.com', false],
  ['*.example.com', 'example.com', false],
  ['*.scim.example.com', '*.scim.example.com', true],
  ['*.example.com', '*.scim.example.com', false],
  ['scim.example.com', '*.scim.example.com', false],
])('a certificate for %s stands for %s: %s', (name, domainName, expected) => {
  expect(covers(name, domainName)).toBe(expected);
});
