// Tokens, switches and throttling keys from the operator's side, and what is left when AWS says no in the middle.

import { createServer, type Server } from 'node:http';
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ApiKeys, openApiKeys } from '../../../../bin/local/gateway/api-keys.ts';
import { type ApiGateway, startApiGateway } from '../../../../bin/local/gateway/control-api.ts';
import { listenOnLoopback } from '../../../../bin/local/process/listen.ts';
import { secrets } from '../../../../lambdas/credentials/secrets-manager.ts';
import { throttleKey } from '../../../../lambdas/credentials/throttle-key.ts';
import { readCurrentToken } from '../../../../lambdas/credentials/token-secret.ts';
import { verifyToken } from '../../../../lambdas/credentials/verify.ts';
import { findTenant, markTenantDeleting } from '../../../../lambdas/tenants/tenants-table.ts';
import { freshTenantId, tenantId } from '../../../setup/fresh-tenant.ts';
import { ScimClient } from '../../../support/scim-client.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim as run } from '../terminal.ts';

const TOKEN = /scim1\.[\w.-]+/;
const EXPIRED = /^The AWS session is not valid or has expired: sign in again/m;

let cloudFormation: CloudFormation;
let apiGateway: ApiGateway;
let expired: { readonly endpoint: string; readonly stop: () => Promise<void> };
let flushes = 0;
const keys: ApiKeys = openApiKeys();

const startExpired = async (): Promise<typeof expired> => {
  const server: Server = createServer((_, response) => {
    response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' });
    response.end('{"message":"The security token included in the request is expired"}');
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

const signIn = () => {
  process.env.AWS_ENDPOINT_URL_API_GATEWAY = apiGateway.endpoint;
};
const letSessionExpire = () => {
  process.env.AWS_ENDPOINT_URL_API_GATEWAY = expired.endpoint;
};

beforeAll(async () => {
  const outputs = { BaseUrl: 'https://scim.example.com', TableName: 'scim-test', SecretPrefix: 'scim' };
  const gateway = { RestApiId: 'api', StageName: 'scim', UsagePlanId: 'plan' };
  const RotationFunctionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:Rotation';
  cloudFormation = await startCloudFormation({
    Scim: { ...outputs, ...gateway, RotationFunctionArn },
    Unthrottled: { ...outputs, RestApiId: 'api', StageName: 'scim' },
    Old: outputs,
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
  apiGateway = await startApiGateway(keys, () => {
    flushes += 1;
  });
  expired = await startExpired();
  signIn();
});
afterAll(() => Promise.all([cloudFormation.stop(), apiGateway.stop(), expired.stop()]));
afterEach(() => {
  jest.restoreAllMocks();
  signIn();
});

const scim = (line: string, stack = 'Scim') => run(`--stack ${stack} ${line}`);

const json = async (line: string) => {
  const { exitCode, stdout, stderr } = await scim(`${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
};

const create = async () => {
  const id = freshTenantId();
  const { token } = await json(`tenant create ${id}`);
  return { id, token: String(token) };
};

describe('token status', () => {
  test('names both tokens, their age, their last use and their end, and neither token', async () => {
    const { id } = await create();
    await json(`token rotate ${id}`);
    const { stdout } = await scim(`token status ${id}`);
    expect(stdout).toMatch(/Token +[\w-]{36}, created .+ UTC, never used\n/);
    expect(stdout).toMatch(/Previous token +[\w-]{36}, created .+ UTC, never used; ends .+ UTC\n/);
    expect(stdout).toMatch(/Rotation +by hand\n/);
    expect(stdout).not.toMatch(TOKEN);
  });

  test('tells of a revocation how to go on', async () => {
    const { id } = await create();
    await json(`token revoke ${id} --now`);
    expect((await scim(`token status ${id}`)).stdout).toMatch(/Revoked .*`npm run scim -- token rotate/);
    expect((await scim(`token show ${id}`)).stderr).toContain('were revoked on');
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/Token +revoked/);
    expect((await scim('tenant list')).stdout).toMatch(new RegExp(`^${id} .* revoked `, 'm'));
  });
});

describe('token revoke', () => {
  test('does nothing without --now, and says what changes a token without a failed request', async () => {
    const { id, token } = await create();
    const { exitCode, stderr } = await scim(`token revoke ${id}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('`token rotate` followed by `token retire`');
    expect(await verifyToken(token)).toBeDefined();
  });

  test('ends the token, flushes the cache and says how to go on', async () => {
    const { id, token } = await create();
    const before = flushes;
    const { exitCode, stdout } = await scim(`token revoke ${id} --now`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\`npm run scim -- token rotate ${id}\` creates a new token`);
    expect(flushes).toBe(before + 1);
    expect(await verifyToken(token)).toBeUndefined();
  });

  test('with an expired session says that the tokens are ended, but the cache is not flushed', async () => {
    const { id, token } = await create();
    letSessionExpire();
    const { exitCode, stderr } = await scim(`token revoke ${id} --now`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /are revoked, but the gateway's cache could not be flushed \(ExpiredTokenException\).*Repeat/,
    );
    expect(await verifyToken(token)).toBeUndefined();
    signIn();
    expect(await json(`token revoke ${id} --now`)).toEqual({ tenant: id, revokedKeyIds: [] });
  });

  test('of a stack that does not say which API it has changes nothing', async () => {
    const { id, token } = await create();
    const { exitCode, stderr } = await scim(`token revoke ${id} --now`, 'Old');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Stack Old has no output RestApiId');
    expect(await verifyToken(token)).toBeDefined();
  });
});

describe('token schedule', () => {
  test('is kept, shown, and ended', async () => {
    const { id } = await create();
    expect(await json(`token schedule ${id} --days 60`)).toMatchObject({ schedule: { days: 60 } });
    expect((await scim(`token status ${id}`)).stdout).toMatch(/Rotation +every 60 days, next on \d{4}-/);
    expect(await json(`token schedule ${id} --off`)).toEqual({ tenant: id, schedule: null });
    expect((await json(`token status ${id}`)).schedule).toBeNull();
  });

  test.each(['', '--days 60 --off', '--days soon'])('%s makes no sense', async (options) => {
    const { id } = await create();
    expect((await scim(`token schedule ${id} ${options}`)).exitCode).toBe(2);
  });

  test('within the grace is refused with the days that are possible', async () => {
    const { id } = await create();
    const { exitCode, stderr } = await scim(`token schedule ${id} --days 30`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('every 31 to 1000 days');
  });
});

describe('tenant pause and resume', () => {
  test('close and open the tenant, and say when that takes effect', async () => {
    const { id } = await create();
    const client = await ScimClient.of(id);
    const { stdout } = await scim(`tenant pause ${id}`);
    expect(stdout).toContain('Within a minute');
    expect(stdout).toContain(`\`npm run scim -- tenant resume ${id}\``);
    expect((await client.get('/Users')).status).toBe(403);
    expect((await scim('tenant list')).stdout).toMatch(new RegExp(`^${id} .* paused since `, 'm'));
    expect((await scim(`tenant show ${id}`)).stdout).toMatch(/Paused +since /);
    expect(await json(`tenant resume ${id}`)).toEqual({ tenant: id, paused: false, wasPaused: true });
    expect((await client.get('/Users')).status).toBe(200);
    expect((await scim(`tenant resume ${id}`)).stdout).toContain('Nothing to do');
  });

  test.each(['tenant pause', 'tenant pause acme --all', 'tenant resume', 'tenant throttle'])(
    '%s makes no sense: one tenant, or all',
    async (line) => {
      const { exitCode, stderr } = await scim(line);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Name one tenant, or pass --all');
    },
  );
});

describe('tenant list', () => {
  test('shows the last request and how long the previous token is accepted, and no token', async () => {
    const { id } = await create();
    await new ScimClient(id).get('/Users');
    await json(`token rotate ${id}`);
    const { stdout } = await scim('tenant list');
    expect(stdout).toMatch(
      new RegExp(`^${id} +0 +0 +\\d{4}-.* UTC +0 days old, previous until \\d{4}-\\d\\d-\\d\\d `, 'm'),
    );
    expect(stdout).not.toMatch(TOKEN);
  });
});

describe('throttling keys', () => {
  const keyOf = (id: string) => throttleKey('scim', tenantId(id));
  const plansOf = (id: string) => keys.plansOf(keyOf(id).value);

  test('come and go with the tenant', async () => {
    const { id } = await create();
    expect(plansOf(id)).toEqual(['plan']);
    await json(`tenant delete ${id} --yes`);
    expect(keys.list(keyOf(id).name)).toEqual([]);
  });

  test('are made where they are missing, also where only the plan does not have it', async () => {
    const [gone, loose] = [await create(), await create()];
    const idOf = ({ id }: { id: string }) => keys.list(keyOf(id).name)[0]?.id ?? '';
    keys.remove(idOf(gone));
    keys.remove(idOf(loose));
    keys.create(keyOf(loose.id).name, keyOf(loose.id).value);
    expect(await json(`tenant throttle ${gone.id}`)).toEqual({ made: [gone.id] });
    expect(await json(`tenant throttle ${loose.id}`)).toEqual({ made: [loose.id] });
    expect(await json(`tenant throttle ${loose.id}`)).toEqual({ made: [] });
    expect([...plansOf(gone.id), ...plansOf(loose.id)]).toEqual(['plan', 'plan']);
  });

  test('are not made where nobody is throttled', async () => {
    const id = freshTenantId();
    expect((await scim(`tenant create ${id}`, 'Unthrottled')).exitCode).toBe(0);
    expect(keys.list(keyOf(id).name)).toEqual([]);
    expect((await scim(`tenant throttle ${id}`, 'Unthrottled')).stderr).toContain('No tenant is throttled');
  });
});

describe('a session that expires in the middle of', () => {
  test('a creation leaves a tenant without a token, which the repeat completes', async () => {
    const id = freshTenantId();
    letSessionExpire();
    const { exitCode, stderr } = await scim(`tenant create ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(EXPIRED);
    const begun = await findTenant(id);
    expect(begun).toMatchObject({ state: 'creating' });
    if (begun) expect(await readCurrentToken(begun.incarnation)).toBeUndefined();
    signIn();
    const { token } = await json(`tenant create ${id}`);
    expect(await verifyToken(token)).toMatchObject({ tenant: begun?.incarnation });
  });

  test('a creation, after its key was made, is completed by the repeat and by nothing else', async () => {
    const id = freshTenantId();
    const gone = Object.assign(new Error('The security token is expired'), { name: 'ExpiredTokenException' });
    jest.spyOn(secrets, 'send').mockImplementation((() => Promise.reject(gone)) as never);
    expect((await scim(`tenant create ${id}`)).stderr).toMatch(EXPIRED);
    jest.restoreAllMocks();
    for (const command of ['tenant show', 'tenant pause', 'token rotate', 'resync', 'log']) {
      const { exitCode, stderr: sentence } = await scim(`${command} ${id}`);
      expect({ exitCode, sentence }).toEqual({
        exitCode: 1,
        sentence: expect.stringContaining(`\`npm run scim -- tenant create ${id}\` completes it`),
      });
    }
    expect((await scim('tenant list')).stdout).toMatch(
      new RegExp(`^${id} .* creation incomplete +https:`, 'm'),
    );
    expect((await json(`tenant create ${id}`)).token).toMatch(TOKEN);
  });

  test('a rotation leaves the old token alone, and the repeat succeeds', async () => {
    const { id, token } = await create();
    const send = secrets.send.bind(secrets);
    const gone = Object.assign(new Error('The security token is expired'), { name: 'ExpiredTokenException' });
    jest
      .spyOn(secrets, 'send')
      .mockImplementation(((command: object) =>
        command instanceof UpdateSecretVersionStageCommand
          ? Promise.reject(gone)
          : send(command as never)) as never);
    const { exitCode, stderr } = await scim(`token rotate ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(EXPIRED);
    jest.restoreAllMocks();
    expect(await json(`token show ${id}`)).toMatchObject({ token });
    expect((await json(`token rotate ${id}`)).token).not.toBe(token);
    expect(await verifyToken(token)).toBeDefined();
  });

  test('a deletion leaves a tenant that is refused and says how to complete it, and the repeat completes it', async () => {
    const { id, token } = await create();
    letSessionExpire();
    expect((await scim(`tenant delete ${id} --yes`)).stderr).toMatch(EXPIRED);
    expect(await verifyToken(token)).toBeUndefined();
    expect((await (await ScimClient.of(id)).get('/Users')).status).toBe(403);
    signIn();
    expect((await scim(`tenant show ${id}`)).stdout).toContain(`\`npm run scim -- tenant delete ${id}\``);
    expect(await json(`tenant delete ${id} --yes`)).toMatchObject({ deleted: true });
    expect(await findTenant(id)).toBeUndefined();
    expect(keys.list(throttleKey('scim', id).name)).toEqual([]);
  });
});

test.each(['tenant pause', 'tenant resume', 'tenant throttle', 'token schedule --off'])(
  '%s is refused while the tenant is being deleted',
  async (command) => {
    const { id } = await create();
    await markTenantDeleting(id, new Date().toISOString());
    const { exitCode, stderr } = await scim(`${command} ${id}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`\`npm run scim -- tenant delete ${id}\` completes that`);
  },
);

test.each(['tenant pause', 'tenant resume', 'tenant throttle', 'token status', 'token revoke --now'])(
  '%s says that there is no such tenant',
  async (command) => {
    const id = freshTenantId();
    const { exitCode, stderr } = await scim(`${command} ${id}`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `On stack Scim:\nThere is no tenant "${id}".\n`,
    });
  },
);
