// The command as a person runs it: what it prints and with which code it ends.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { killLocalProcesses, startLocalProcess } from '../local/local-process.ts';
import { startWrongServer, type WrongServer } from './wrong-server.ts';

let server: WrongServer;
beforeAll(async () => {
  server = await startWrongServer();
});
afterAll(async () => {
  await server.stop();
  killLocalProcesses();
  rmSync(runs, { recursive: true, force: true });
});

/** Of these tests alone: the runs of others are not meant. */
const runs = mkdtempSync(join(tmpdir(), 'scim-runs-'));

const simulate = async (...args: string[]) => {
  // Without the suite's own emulators: what the simulator starts for itself brings its own.
  const { AWS_ENDPOINT_URL_DYNAMODB: _, AWS_ENDPOINT_URL_SECRETS_MANAGER: __, ...environment } = process.env;
  const env = { ...environment, SCIM_RUN_FOLDER: runs };
  const command = spawn(process.execPath, [resolve('bin/simulate.ts'), ...args], { stdio: 'pipe', env });
  let [stdout, stderr] = ['', ''];
  command.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  command.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(command, 'close');
  return { code, stdout, stderr };
};

test('a server that finds nothing and takes nothing ends it with 1, the deviations and the table', async () => {
  server.answer = {
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    },
  };
  const arguments_ = ['--url', server.tenantUrl, '--token', 't', '--users', '5', '--groups', '1'];
  const { code, stdout, stderr } = await simulate(...arguments_, '--dialect', 'standard');
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ standard · initial cycle: users: status 201, not 200 \(5 times\)/);
  expect(stdout).toMatch(/^phase +requests +failures +p50 ms +p95 ms$/m);
  expect(stdout).toMatch(/^standard · initial cycle: users +10 +5 /m);
  expect(stdout).not.toContain('legacy');
  expect(stdout).toMatch(/\nIt took \d+ s\.\n\nDeviations: \d+\.\n$/);
  expect(stderr).toBe(
    `Plays Entra against ${server.tenantUrl} (users: 5, groups: 1): about 2 s on a local run.\n`,
  );
});

test('a server that cannot be reached ends it with 2 and one sentence', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  free.close();
  await once(free, 'close');
  const { code, stderr } = await simulate('--url', `http://127.0.0.1:${port}/scim/acme/v2`, '--token', 't');
  expect(code).toBe(2);
  expect(stderr).toBe(`Cannot reach http://127.0.0.1:${port}/scim/acme/v2: ECONNREFUSED.\n`);
});

test('a token that is refused ends it with 2 and one sentence', async () => {
  server.answer = { status: 401, body: {} };
  const { code, stderr } = await simulate('--url', server.tenantUrl, '--token', 'old');
  expect(code).toBe(2);
  expect(stderr).toBe(`${server.tenantUrl} refuses the token (status 401).\n`);
});

test('wrong usage ends it with 2 and one sentence', async () => {
  const { code, stdout, stderr } = await simulate('--dialect', 'scottish');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe('--dialect is legacy or standard, not "scottish".\n');
});

test('the local server serves Entra in both dialects without a deviation', async () => {
  const { code, stdout } = await simulate('--users', '30', '--groups', '4');
  expect(stdout).toMatch(/^legacy · after the purge +\d+ +0 /m);
  expect(stdout).toMatch(/^standard · after the purge +\d+ +0 /m);
  expect(stdout).toMatch(/\nNo deviation\.\n$/);
  expect(code).toBe(0);
}, 180_000);

test('the running local run is what it plays against, and says how long that takes (S4.1)', async () => {
  const { SCIM_RUN_FOLDER: before } = process.env;
  process.env.SCIM_RUN_FOLDER = runs;
  const local = await startLocalProcess('--verbose').finally(() => {
    process.env.SCIM_RUN_FOLDER = before;
  });
  const { code, stdout, stderr } = await simulate('--users', '5', '--groups', '1', '--dialect', 'standard');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `Plays Entra against ${local.tenantUrl} (users: 5, groups: 1): about 2 s on a local run.\n`,
  });
  expect(stdout).toMatch(/\nIt took \d+ s\.\n\nNo deviation\.\n$/);
  expect(local.output()).toMatch(/^request {2}acme {2}POST /m);
  await local.end('SIGTERM');
}, 120_000);
