// scim log: the provisioning log as an operator reads it.

import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommandLine } from '../../../../bin/scim/command-line.ts';
import { ScimClient } from '../../../support/scim-client.ts';
import { type CloudFormation, startCloudFormation } from '../cloudformation.ts';
import { scim as run, TARGET_LINE } from '../terminal.ts';

const client = new ScimClient();
let cloudFormation: CloudFormation;
let refused: string;

beforeAll(async () => {
  cloudFormation = await startCloudFormation({
    Scim: { BaseUrl: 'https://scim.example.com/', TableName: 'scim-test', SecretPrefix: 'scim' },
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
  await client.createTenant();
  const { id } = (await client.post('/Users', { userName: 'alice@veldt.example' })).body;
  await client.patchWith(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Head' });
  await client.post('/Groups', { displayName: 'Polder', members: [{ value: id }] });
  refused = (await client.post('/Users', { userName: 'Alice@veldt.example' })).headers['X-Request-Id'] ?? '';
  await client.post('/Users', { userName: 'bob\u001b[31m@veldt.example' });
});
afterAll(() => cloudFormation.stop());

const scim = (line: string) => run(`--stack Scim log ${client.tenant} ${line}`);

const json = async (line: string) => {
  const { exitCode, stdout, stderr } = await scim(`${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: TARGET_LINE });
  return JSON.parse(stdout) as Record<string, unknown>[];
};

/** The columns of a table's rows. */
const rowsOf = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('scim log', () => {
  test('prints a table with what was changed and what was refused', async () => {
    const { exitCode, stdout } = await scim('');
    expect(exitCode).toBe(0);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const request = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(rowsOf(stdout)).toEqual([
      ['TIME (UTC)', 'OPERATION', 'OUTCOME', 'RESOURCE', 'REQUEST', 'KEY', 'WHAT'],
      [time, 'create', '201', 'User alice@veldt.example', request, 'key', 'active, userName'],
      [time, 'patch', '200', 'User alice@veldt.example', request, 'key', 'title'],
      [time, 'create', '201', 'Group Polder', request, 'key', 'displayName; +1 member'],
      [
        time,
        'create',
        '409 uniqueness',
        'User Alice@veldt.example',
        refused,
        'key',
        'Another User has the userName … already; it must be unique.',
      ],
      [time, 'create', '201', expect.stringMatching(/^User bob/), request, 'key', 'active, userName'],
    ]);
  });

  test('takes what would steer the terminal out of names', async () => {
    const { stdout } = await scim('');
    expect(stdout).toContain('User bob\ufffd[31m@veldt.example');
    expect(stdout).not.toContain('\u001b');
  });

  test('finds the request that an error told of', async () => {
    expect(await json(`--request ${refused}`)).toEqual([
      expect.objectContaining({
        time: expect.stringMatching(/Z$/),
        requestId: refused,
        status: 409,
        scimType: 'uniqueness',
        keyId: 'key',
      }),
    ]);
  });

  test.each([
    ['--user ALICE@veldt.example', [201, 200, 201, 409]],
    ['--user nobody@veldt.example', []],
    ['--failed', [409]],
    ['--failed --user alice@veldt.example', [409]],
    ['--limit 2', [409, 201]],
    ['--since 1h', [201, 200, 201, 409, 201]],
    ['--since 2099-01-01T00:00:00Z', []],
  ])('%s', async (line, statuses) => {
    expect((await json(line)).map(({ status }) => status)).toEqual(statuses);
  });

  test('says when there is nothing', async () => {
    expect((await scim('--user nobody@veldt.example')).stdout).toBe('There are no such entries.\n');
  });

  test.each(['--since yesterday', '--limit many', '--limit 0'])(
    '%s prints the usage (S4.2)',
    async (line) => {
      expect(await scim(line)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Usage:') });
    },
  );

  test('of a tenant that is not there is a sentence', async () => {
    expect(await run('--stack Scim log nobody-here')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('There is no tenant "nobody-here".'),
    });
  });
});

test.each([40, 80, 120])(
  'scim log fits a terminal of %d columns, with all that a row has (S4.2)',
  async (width) => {
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: width });
    const terminal = { stdin: Readable.from([]), stdout, stderr: new PassThrough() };
    expect(await runCommandLine(['--stack', 'Scim', 'log', client.tenant], terminal)).toBe(0);
    stdout.end();
    const printed = await text(stdout);
    for (const line of printed.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    const words = printed.replace(/\s+/g, ' ');
    expect(words).toContain(
      'create 409 uniqueness User Alice@veldt.example Another User has the userName … already;',
    );
    expect(printed.replace(/\s+/g, '')).toContain(`request${refused}`);
  },
);

describe('scim log --follow', () => {
  /** Follows until `enough` lines came. */
  const follow = async (options: string, enough: number, act: () => Promise<unknown>) => {
    const ended = new AbortController();
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const printed = text(stdout);
    let lines = 0;
    let acted: Promise<unknown> | undefined;
    stdout.on('data', (chunk) => {
      acted ??= act();
      lines += String(chunk).split('\n').length - 1;
      if (lines >= enough) ended.abort();
    });
    const args = `--stack Scim log ${client.tenant} --follow ${options}`.split(' ').filter(Boolean);
    const terminal = { stdin: Readable.from([]), stdout, stderr, signal: ended.signal };
    expect(await runCommandLine(args, terminal)).toBe(0);
    await acted;
    stdout.end();
    return (await printed).trimEnd().split('\n');
  };

  test('goes on with what comes, one JSON object a line', async () => {
    const lines = await follow('--limit 1 --json', 3, async () => {
      await client.post('/Users', { userName: 'later@veldt.example' });
      await client.get('/Users/nobody');
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { operation: 'create', status: 201 },
      { operation: 'create', name: 'later@veldt.example', status: 201 },
      { operation: 'read', id: 'nobody', status: 404 },
    ]);
  });

  test('or one row a line under a header', async () => {
    const lines = await follow('--limit 1', 3, () => client.get('/Users/again'));
    expect(rowsOf(lines.join('\n')).map((cells) => cells.slice(1, 4))).toEqual([
      ['OPERATION', 'OUTCOME', 'RESOURCE'],
      ['read', '404', 'User nobody'],
      ['read', '404', 'User again'],
    ]);
  });
});
