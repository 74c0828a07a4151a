// `npm start` as a whole: the real stack, the real handlers, real emulators.

import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { findLocalRuns } from '../../../bin/shared/run-file.ts';
import {
  failLocalProcess,
  killLocalProcesses,
  type LocalProcess,
  startLocalProcess,
  stopsAnswering,
} from './local-process.ts';

jest.setTimeout(120_000);
afterAll(killLocalProcesses);

const USER = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'Alice@acme.example',
  externalId: 'alice',
  active: true,
};

/** What `signal` must do: everything ends that the run started, and nothing is left behind. */
const expectToEndBy = async (local: LocalProcess, signal: NodeJS.Signals) => {
  const code = await local.end(signal);

  expect(code).toBe(0);
  expect(await stopsAnswering(local.run.dynamodbEndpoint)).toBe(true);
  expect(await stopsAnswering(local.run.secretsManagerEndpoint)).toBe(true);
  expect(findLocalRuns().map(({ pid }) => pid)).not.toContain(local.run.pid);
};

const oneSentence = (pattern: RegExp) =>
  expect.stringMatching(new RegExp(`^[^\\n]*${pattern.source}[^\\n]*\\n$`));

describe('a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-run-'));
  let local: LocalProcess;
  beforeAll(async () => {
    local = await startLocalProcess('--data', folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const post = (path: string, body: unknown) =>
    local.call(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/scim+json; charset=utf-8' },
    });

  test('serves the tenant acme under the Tenant URL that it printed', () => {
    expect(local.tenantUrl).toBe(`http://127.0.0.1:${local.run.port}/scim/acme/v2`);
    expect(local.token).toMatch(/^scim1\.acme\./);
  });

  test("passes Entra's connection test: a query for a user that does not exist", async () => {
    const answer = await local.call('/Users?filter=userName+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22');

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ totalResults: 0, Resources: [] });
  });

  test('a user that was created is found at its location and by its name', async () => {
    const created = await post('/Users', USER);
    expect(created.status).toBe(201);
    const location = created.headers.get('location') ?? '';
    expect(location.startsWith(`${local.tenantUrl}/Users/`)).toBe(true);

    const read = await local.call(location.slice(local.tenantUrl.length));
    expect(await read.json()).toMatchObject(USER);
    const found = await local.call('/Users?filter=userName+eq+%22alice%40ACME.example%22');
    expect(await found.json()).toMatchObject({ totalResults: 1, Resources: [{ userName: USER.userName }] });
  });

  test('discovery answers', async () => {
    const answer = await local.call('/ServiceProviderConfig');

    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/scim+json']);
  });

  test.each([
    ['no token', '/Users', '', 401],
    ['a token with a wrong secret', '/Users', 'wrong', 401],
    ["another tenant's path", '/../../globex/v2/Users', 'right', 403],
    ['a path below no Tenant URL', '/../../nothing', 'right', 404],
  ])('%s is refused with a SCIM error', async (_, path, token, status) => {
    const wrong = local.token.replace(/.{43}\.(.{6})$/, `${'A'.repeat(43)}.$1`);
    const Authorization = { '': '', wrong: `Bearer ${wrong}`, right: `Bearer ${local.token}` }[token] ?? '';
    const answer = await local.call(path, { headers: { Authorization } });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(await answer.json()).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      detail: expect.stringMatching(/\w/),
    });
  });

  test.each([
    ['without a tenant', '/v2'],
    ['with a slash at its end', '/acme/v2/'],
    ['with both', '/v2/'],
  ])('is reached by the Tenant URL %s', async (_, path) => {
    const url = `${new URL(local.tenantUrl).origin}/scim${path}`;
    const Authorization = `Bearer ${local.token}`;
    const headers = { Authorization, 'Content-Type': 'application/scim+json' };
    const body = JSON.stringify({ ...USER, userName: `${crypto.randomUUID()}@acme.example` });
    const created = await fetch(`${url}/Users`, { method: 'POST', body, headers });

    expect(created.status).toBe(201);
    const location = created.headers.get('location') ?? '';
    expect(location).toMatch(new RegExp(`^${url.replace(/\/$/, '')}/Users/[0-9a-f-]{36}$`));
    expect((await fetch(location, { headers })).status).toBe(200);
    for (const discovery of ['Schemas', 'ServiceProviderConfig', 'ResourceTypes']) {
      expect((await fetch(`${url}/${discovery}`, { headers })).status).toBe(200);
    }
    expect((await fetch(`${url}/Users`)).status).toBe(401);
  });

  describe.each([
    '',
    '/',
    '/acme',
    '/acme/',
    '/acme/Users',
    '/acme/v1/Users',
    '/acme/v2',
    '/acme/V2/Users',
    '/v2',
    '/acme//v2/Users',
  ])('a path without anything to serve, "%s", is 404 and says what a Tenant URL looks like', (path) => {
    test.each([
      ['without a header', 'GET', {}],
      ['with a Bearer header', 'GET', { Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
      ['posting JSON', 'POST', { Authorization: 'Bearer x', 'Content-Type': 'application/json' }],
      ['posting SCIM', 'POST', { 'Content-Type': 'application/scim+json; charset=utf-8' }],
      ['accepting SCIM only', 'DELETE', { Accept: 'application/scim+json' }],
    ])('%s', async (_, method, headers) => {
      const answer = await fetch(`${new URL(local.tenantUrl).origin}/scim${path}`, {
        method,
        headers: headers as Record<string, string>,
        ...(method === 'POST' && { body: '{}' }),
      });

      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/scim+json']);
      expect(await answer.json()).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '404',
        detail: expect.stringContaining('A Tenant URL ends in /<tenant>/v2'),
      });
    });
  });

  test('keeps its data folder to itself', async () => {
    const failed = await failLocalProcess(['--port', '0', '--data', folder]);

    expect(failed).toEqual({ code: 1, output: '', errors: oneSentence(/in use by process \d+/) });
  });

  test('ends by SIGTERM, and leaves the folder to the next run', async () => {
    await expectToEndBy(local, 'SIGTERM');

    expect(readdirSync(folder)).not.toContain('owner.pid');
  });
});

test('Ctrl-C ends a run', async () => {
  await expectToEndBy(await startLocalProcess(), 'SIGINT');
});

describe('what a person can repair is one sentence and exit code 1', () => {
  test('a port in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const failed = await failLocalProcess(['--port', String(port)]);
    holder.close();

    expect(failed).toEqual({ code: 1, output: '', errors: oneSentence(/Port \d+ is in use/) });
  });

  test('no Java', async () => {
    const failed = await failLocalProcess(['--port', '0'], {
      DYNAMODB_EMULATOR: 'dynamodb-local',
      PATH: '/nowhere',
    });

    expect(failed).toEqual({ code: 1, output: '', errors: oneSentence(/needs Java 17/) });
  });

  test('an emulator that does not exist', async () => {
    const failed = await failLocalProcess(['--port', '0'], { DYNAMODB_EMULATOR: 'dynamite' });

    expect(failed).toEqual({ code: 1, output: '', errors: oneSentence(/dynoxide or dynamodb-local/) });
  });

  test('a data folder that cannot be', async () => {
    const failed = await failLocalProcess(['--port', '0', '--data', '/dev/null/here']);

    expect(failed).toEqual({ code: 1, output: '', errors: oneSentence(/\/dev\/null\/here cannot be used/) });
  });

  test.each([['--prot'], ['--port=abc'], ['--port=70000'], ['stray']])(
    '%s: the usage as well',
    async (argument) => {
      const { code, errors } = await failLocalProcess([argument]);

      expect(code).toBe(1);
      expect(errors).toContain('npm start -- [--port N]');
      expect(errors).not.toContain('    at ');
    },
  );
});
