// What an operator does to a running deployment, with the real command line, gateway, functions and rotation.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { localCredentials } from '../../../bin/shared/local-credentials.ts';
import { parseToken } from '../../../lambdas/credentials/token.ts';
import { inventToken } from '../../setup/deployment-secret.ts';
import { freshIncarnation, freshTenantId } from '../../setup/fresh-tenant.ts';
import { scimProcess, TARGET_LINE } from '../scim/terminal.ts';
import { killLocalProcesses, type LocalProcess, startLocalProcess } from './local-process.ts';

jest.setTimeout(120_000);

let local: LocalProcess;
beforeAll(async () => {
  local = await startLocalProcess('--throttle', '--verbose');
});
afterAll(killLocalProcesses);

const scim = async (line: string, environment: NodeJS.ProcessEnv = {}) => {
  const { exitCode, stdout, stderr } = await scimProcess(
    `${line} --json --port ${local.run.port}`,
    environment,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: TARGET_LINE });
  return JSON.parse(stdout);
};

interface Customer {
  readonly tenant: string;
  readonly tenantUrl: string;
  readonly token: string;
}

const create = (): Promise<Customer> => scim(`tenant create ${freshTenantId()}`);

/** For Node's `--import`: the clock of the process is ten minutes slow. */
const SLOW_CLOCK = 'data:text/javascript,const{now}=Date;Date.now=()=>now()-600000';

/** One that was created ten minutes ago, so that the stand-in's time is over. */
const createOld = (): Promise<Customer> =>
  scim(`tenant create ${freshTenantId()}`, { NODE_OPTIONS: `--import=${SLOW_CLOCK}` });

const get = ({ tenantUrl, token }: Customer, path = '/Users?count=1') =>
  fetch(`${tenantUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });

const credentials = {
  accessKeyId: localCredentials.AWS_ACCESS_KEY_ID,
  secretAccessKey: localCredentials.AWS_SECRET_ACCESS_KEY,
};

const apiKeys = async () => {
  const { apiGatewayEndpoint: endpoint } = local.run;
  const client = new APIGatewayClient({ endpoint, region: localCredentials.AWS_REGION, credentials });
  const { items = [] } = await client.send(
    new GetApiKeysCommand({ nameQuery: `${local.run.secretPrefix}/` }),
  );
  return items;
};

const keyNames = async () => (await apiKeys()).map(({ name }) => name);

describe('the whole deployment', () => {
  // The functions remember the switch for a minute: only one that was not asked before shows it at once.
  test('is paused for tenants that are not paused themselves, and resumed', async () => {
    const { since } = await scim('tenant pause --all');
    const answer = await local.call('/Groups');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      status: '403',
      detail: expect.stringContaining(`This service has been paused by its operator since ${since}`),
    });
    expect(await scim('tenant resume --all')).toEqual({ tenant: null, paused: false, wasPaused: true });
    expect(await scim('tenant resume --all')).toMatchObject({ wasPaused: false });
    expect((await local.call('/Users')).status).toBe(200);
  });
});

describe('a tenant', () => {
  test('gets its throttling key with its token, and loses it with its data', async () => {
    const customer = await create();
    const key = `${local.run.secretPrefix}/${customer.tenant}`;
    expect(await keyNames()).toContain(key);
    expect((await get(customer)).status).toBe(200);
    await scim(`tenant delete ${customer.tenant} --yes`);
    expect(await keyNames()).not.toContain(key);
  });

  test('that is deleted is refused at once, though the gateway knew its token', async () => {
    const customer = await create();
    expect((await get(customer)).status).toBe(200);
    expect(await scim(`tenant delete ${customer.tenant} --yes`)).toMatchObject({ tokenForgotten: true });
    expect((await get(customer)).status).toBe(401);
  });

  test('that sends too much is told when to come back, and the others do not notice', async () => {
    const [loud, quiet] = [await createOld(), await createOld()];
    const answers = await Promise.all(Array.from({ length: 400 }, () => get(loud, '/ServiceProviderConfig')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(100);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.headers.get('content-type')).toContain('scim+json');
    expect(await refused[0]?.json()).toMatchObject({ status: '429', detail: expect.any(String) });
    expect((await get(quiet)).status).toBe(200);
    await delay(1000);
    expect((await get(loud)).status).toBe(200);
  });

  const removeKey = async ({ tenant }: Customer) => {
    const { apiGatewayEndpoint: endpoint } = local.run;
    const id = (await apiKeys()).find(({ name }) => name?.endsWith(`/${tenant}`))?.id;
    expect(await fetch(`${endpoint}/apikeys/${id}`, { method: 'DELETE' })).toMatchObject({ status: 202 });
  };

  test('that is new is served under the stand-in, whose plan is wider, without a key of its own', async () => {
    const customer = await create();
    await removeKey(customer);
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async () => (await get(customer, '/ServiceProviderConfig')).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await scim('tenant throttle --all')).toEqual({ made: [customer.tenant] });
  });

  test('whose key is missing is asked to come back with a sentence, until the operator makes it', async () => {
    const customer = await createOld();
    await removeKey(customer);
    const answer = await get(customer);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(answer.headers.get('content-type')).toContain('scim+json');
    expect(await answer.json()).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '503',
      detail: expect.stringContaining('throttling key'),
    });
    expect(await scim('tenant throttle --all')).toEqual({ made: [customer.tenant] });
    expect((await get(customer)).status).toBe(200);
  });
});

test('the log has the why of every 401 (S4.2)', async () => {
  const customer = await create();
  await scim(`token rotate ${customer.tenant}`);
  await scim(`token retire ${customer.tenant}`);
  const forged = inventToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  for (const Authorization of [
    '',
    'Basic eDp5',
    'Bearer x',
    `Bearer ${customer.token}`,
    `Bearer ${forged}`,
  ]) {
    const answer = await fetch(`${customer.tenantUrl}/Users`, {
      headers: { ...(Authorization && { Authorization }) },
    });
    expect(answer.status).toBe(401);
  }
  const entries = (await scim(`log ${customer.tenant}`)) as { status: number; detail: string }[];
  expect(entries.filter(({ status }) => status === 401).map(({ detail }) => detail.split(/[:,]/)[0])).toEqual(
    [
      'The token is missing or malformed',
      'The token is missing or malformed',
      'The token is missing or malformed',
      'The token is retired',
      'The token is malformed',
    ],
  );
});

test('a token that was retired is told on the bus, and nobody hears of one that nobody has', async () => {
  const told = () => local.output().match(/event {2}tenant\.token\.refused/g)?.length ?? 0;
  const before = told();
  const customer = await create();
  await scim(`token rotate ${customer.tenant}`);
  const { retiredKeyId } = await scim(`token retire ${customer.tenant}`);
  expect((await get(customer)).status).toBe(401);
  expect(local.output()).toContain(
    `event  tenant.token.refused  ${customer.tenant}  ${retiredKeyId} (retired)`,
  );
  const nobody = { ...customer, token: inventToken({ tenant: freshIncarnation(), keyId: randomUUID() }) };
  expect((await get(nobody)).status).toBe(401);
  expect(told()).toBe(before + 1);
});

test('two tenants whose URL names neither see what is theirs, and change nothing else', async () => {
  const customers = await Promise.all([create(), create()]);
  const [one, other] = customers.map(({ token }) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
    return (path: string, init: RequestInit = {}) =>
      fetch(`${local.run.baseUrl}/v2${path}`, { ...init, headers });
  });
  if (!one || !other) throw new Error('There are not two.');
  const body = JSON.stringify({ userName: 'mine@veldt.example' });
  const { id } = (await (await one('/Users', { method: 'POST', body })).json()) as { id: string };

  expect((await one(`/Users/${id}`)).status).toBe(200);
  expect((await other(`/Users/${id}`)).status).toBe(404);
  expect((await other(`/Users/${id}`, { method: 'DELETE' })).status).toBe(404);
  expect(await (await other('/Users')).json()).toMatchObject({ totalResults: 0 });
  // One user, by whichever of its URLs.
  const named = await get(customers[0] as Customer, `/Users/${id}`);
  expect([named.status, await named.json()]).toEqual([200, expect.objectContaining({ id })]);
});

describe('a token', () => {
  test('is ended at once by a revocation, also where the gateway knew it, and a rotation goes on', async () => {
    const customer = await create();
    const { token: second } = await scim(`token rotate ${customer.tenant}`);
    expect((await get(customer)).status).toBe(200);
    expect((await get({ ...customer, token: second })).status).toBe(200);
    expect((await scim(`token revoke ${customer.tenant} --now`)).revokedKeyIds).toHaveLength(2);
    expect((await get(customer)).status).toBe(401);
    expect((await get({ ...customer, token: second })).status).toBe(401);
    const { token } = await scim(`token rotate ${customer.tenant}`);
    expect((await get({ ...customer, token })).status).toBe(200);
  });

  test.each(['retire', 'rotate --force'])(
    'that `token %s` ends is refused by the next request, though the gateway knew it, and the others go on (S2.7)',
    async (command) => {
      const customer = await create();
      const { token: second } = await scim(`token rotate ${customer.tenant}`);
      const current = { ...customer, token: second };
      expect((await get(customer)).status).toBe(200);
      expect((await get(current)).status).toBe(200);
      const statuses: number[] = [];
      const ended = new AbortController();
      const meanwhile = (async () => {
        while (!ended.signal.aborted) statuses.push((await get(current)).status);
      })();
      const [verb, ...options] = command.split(' ');
      const line = ['token', verb, customer.tenant, ...options].join(' ');
      const { token = second } = await scim(line);
      expect((await get(customer)).status).toBe(401);
      expect((await get({ ...customer, token })).status).toBe(200);
      ended.abort();
      await meanwhile;
      expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
      expect(statuses).toContain(200);
    },
  );

  test('shows in its status which key was used', async () => {
    const customer = await create();
    await scim(`token rotate ${customer.tenant}`);
    await get(customer);
    const { current, previous } = await scim(`token status ${customer.tenant}`);
    expect(current.lastUsedAt).toBeNull();
    expect(Date.parse(previous.lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(Date.parse(previous.endsAt) - Date.parse(current.madeAt)).toBe(30 * 86_400_000);
  });

  test('is rotated by Secrets Manager with the function of the stack, without a failed request', async () => {
    const customer = await create();
    expect(await scim(`token schedule ${customer.tenant} --days 90`)).toMatchObject({
      schedule: { days: 90, nextAt: expect.any(String) },
    });
    const { current: before } = await scim(`token status ${customer.tenant}`);
    const client = new SecretsManagerClient({
      endpoint: local.run.secretsManagerEndpoint,
      region: localCredentials.AWS_REGION,
      credentials,
    });
    await client.send(
      new RotateSecretCommand({
        SecretId: `${local.run.secretPrefix}/${parseToken(customer.token)?.tenant}/token`,
      }),
    );
    for (let attempt = 0; attempt < 50; attempt++) {
      expect((await get(customer)).status).toBe(200);
      const { current } = await scim(`token status ${customer.tenant}`);
      if (current.keyId !== before.keyId) break;
      await delay(100);
    }
    const { token, previous } = await scim(`token show ${customer.tenant}`);
    expect(previous.keyId).toBe(before.keyId);
    expect((await get({ ...customer, token })).status).toBe(200);
    expect((await get(customer)).status).toBe(200);
    expect(await scim(`token schedule ${customer.tenant} --off`)).toMatchObject({ schedule: null });
  });
});

test('no token is in the logs of all that', async () => {
  await local.end('SIGTERM');
  const output = local.output();
  expect(output).toMatch(/^request {2}\S+ {2}GET \/\{tenant\}\/v2\/\S* {2}200 {2}\d+ ms$/m);
  expect(output).not.toMatch(/scim1\.[a-z0-9-]+\.[0-9a-f-]{36}\.[\w-]{43}/);
});
