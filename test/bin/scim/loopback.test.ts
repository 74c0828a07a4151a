// No command on a local run leaves this machine: every one is run there, by somebody whose session of AWS is set up, with a
// network that refuses and tells of everything else.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rootPath } from '../../../bin/local/root-path.ts';
import { documentedCommands } from '../../../bin/scim/commands.ts';
import { killLocalProcesses, type LocalProcess, startLocalProcess } from '../local/local-process.ts';

const LEFT = 'left loopback: ';

let local: LocalProcess;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scim-loopback-'));
  local = await startLocalProcess();
});
afterAll(async () => {
  await local.end('SIGTERM');
  killLocalProcesses();
  rmSync(folder, { recursive: true });
});

const USER_SCHEMA = 'test/conformance/schemas/user-extension.json';
const USER_URN = 'urn:ietf:params:scim:schemas:extension:Brack:2.0:User';

/** Every command in an order in which each has something to do, and how it ends. */
const commands: readonly (readonly [line: string, exitCode: number])[] = [
  ['tenant create globex', 0],
  ['tenant list', 0],
  ['tenant show globex', 0],
  ['tenant throttle globex', 1],
  ['tenant pause globex', 0],
  ['tenant resume globex', 0],
  ['token show globex', 0],
  ['token rotate globex', 0],
  ['token status globex', 0],
  ['token retire globex', 0],
  ['token schedule globex --days 90', 0],
  ['token revoke globex --now', 0],
  [`schema add globex ${USER_SCHEMA}`, 0],
  [`schema add globex ${USER_SCHEMA} --required`, 0],
  ['schema list globex', 0],
  [`schema remove globex ${USER_URN} --yes`, 0],
  ['schema suggest globex', 0],
  ['webhook set globex http://127.0.0.1:9/hook', 0],
  ['webhook show globex', 0],
  ['webhook secret globex', 0],
  ['webhook rotate globex --force', 0],
  // Nothing listens there.
  ['webhook test globex', 1],
  ['webhook deliveries globex', 0],
  ['webhook redeliver globex 0', 1],
  ['webhook enable globex', 0],
  ['webhook delete globex --yes', 0],
  ['log globex', 0],
  ['redrive', 0],
  // A local run keeps no events.
  ['replay --since 1h', 1],
  ['resync globex', 0],
  // It is for a stack on AWS.
  ['preflight', 1],
  ['tenant delete globex --yes', 0],
];

/** Runs a program as a person with a session of AWS does, and answers with what it wrote. */
const runWatched = async (args: readonly string[], input = '') => {
  const config = join(folder, 'config');
  // A profile that asks the network for its credentials.
  writeFileSync(
    config,
    '[profile work]\nrole_arn = arn:aws:iam::123456789012:role/work\ncredential_source = Ec2InstanceMetadata\n',
  );
  const { PATH = '', HOME = '' } = process.env;
  const hook = rootPath('test/support/loopback-only.ts');
  const child = spawn(process.execPath, ['--import', hook, ...args], {
    cwd: rootPath(),
    env: {
      PATH,
      HOME,
      SCIM_RUN_FOLDER: process.env.SCIM_RUN_FOLDER,
      AWS_PROFILE: 'work',
      AWS_CONFIG_FILE: config,
      AWS_SESSION_TOKEN: 'session',
      AWS_REGION: 'eu-west-1',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, left: stderr.split('\n').filter((line) => line.startsWith(LEFT)), stderr };
};

describe('the watch', () => {
  test.each([
    [
      'a name',
      `fetch('https://dynamodb.eu-west-1.amazonaws.com').catch(() => {})`,
      'dynamodb.eu-west-1.amazonaws.com:443',
    ],
    [
      'an address',
      `import('node:http').then(({ get }) => get('http://169.254.169.254/').on('error', () => {}))`,
      '169.254.169.254:80',
    ],
  ])('sees a connection to %s', async (_, script, target) => {
    expect((await runWatched(['-e', script])).left).toEqual([`${LEFT}${target}`]);
  });
});

test('every command is tried', () => {
  const known = documentedCommands.map(({ usage }) => usage.replace(/ [<[].*/, ''));
  const tried = new Set(commands.map(([line]) => known.find((name) => `${line} `.startsWith(`${name} `))));
  expect([...tried].sort()).toEqual([...known].sort());
});

test('no command asks anybody but the local run, and each ends as it does without a session', async () => {
  const port = new URL(local.tenantUrl).port;
  const lines = commands.map(([line]) => `--port ${port} ${line}`);
  const { stdout, left, stderr } = await runWatched(
    [rootPath('test/support/run-commands.ts')],
    lines.join('\n'),
  );
  expect(left).toEqual([]);
  const ended = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): { line: string; exitCode: number; stderr: string } => JSON.parse(line));
  expect(ended.map(({ line, exitCode }) => `${line}: ${exitCode}`)).toEqual(
    commands.map(([line, exitCode]) => `--port ${port} ${line}: ${exitCode}`),
  );
  expect(ended.filter((each) => /cannot be reached|ECONNREFUSED/.test(each.stderr))).toEqual([]);
  expect(stderr).not.toContain('Error');
}, 120_000);
