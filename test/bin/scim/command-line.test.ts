// What holds for every command: its target, its help, its errors, and what it prints of others.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { globalOptions } from '../../../bin/scim/command-line.ts';
import { documentedCommands } from '../../../bin/scim/commands.ts';
import { type CloudFormation, startCloudFormation } from './cloudformation.ts';
import { scim } from './terminal.ts';

const runs = mkdtempSync(join(tmpdir(), 'scim-no-runs-'));
let cloudFormation: CloudFormation;
const environment = { ...process.env };
beforeAll(async () => {
  cloudFormation = await startCloudFormation({
    Scim: { BaseUrl: 'https://scim.example.com', TableName: 'scim-test', SecretPrefix: 'scim' },
  });
});
afterAll(async () => {
  await cloudFormation.stop();
  rmSync(runs, { recursive: true });
});
afterEach(() => {
  process.env = { ...environment };
});

/** Nobody has started a local run. */
const withoutLocalRun = (changes: NodeJS.ProcessEnv = {}) => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    SCIM_RUN_FOLDER: runs,
    ...changes,
  });
};

/** Nor signed in to AWS. */
const withoutSession = () => {
  withoutLocalRun({ AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' });
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
};

describe('the target', () => {
  test('is named by every command, with --json too (S4.1)', async () => {
    withoutLocalRun();
    expect((await scim('tenant list')).stderr).toBe('On stack Scim:\n');
    const { stdout, stderr } = await scim('tenant list --json');
    expect(stderr).toBe('{"target":"stack Scim"}\n');
    expect(JSON.parse(stdout)).toEqual(expect.any(Array));
    const failed = await scim('tenant show nobody-here --json');
    expect(JSON.parse(failed.stderr)).toEqual({ error: expect.any(String), target: 'stack Scim' });
  });

  test('that is a stack by name is never said to be no local run (S4.1)', async () => {
    withoutSession();
    const { exitCode, stderr } = await scim('tenant list --stack Scim');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^There are no AWS credentials: sign in/),
    });
    expect(stderr).not.toContain('local run');
  });

  test.each([
    ['without a session', withoutSession, /There are no AWS credentials/],
    ['without a stack', () => withoutLocalRun(), /There is no stack Nowhere/],
  ])('that is neither is a sentence about both ways, %s (S4.1)', async (_, prepare, onAws) => {
    prepare();
    await cloudFormation.stop();
    cloudFormation = await startCloudFormation({});
    process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.endpoint;
    const { exitCode, stderr } = await scim('tenant list');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^There is no local run: start one with `npm start`\. On AWS: /);
    expect(stderr).toMatch(onAws.source.includes('Nowhere') ? /There is no stack Scim/ : onAws);
  });
});

describe('a wrong command line', () => {
  test.each(['', 'tenant', 'nonsense', 'tenant create', 'tenant list --nonsense', 'tenant list --port http'])(
    'with --json is one line of JSON, and still ends with 2: %s (S4.2)',
    async (line) => {
      const { exitCode, stdout, stderr } = await scim(`${line} --json`);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr.trimEnd()).not.toContain('\n');
      expect(JSON.parse(stderr)).toEqual({ error: expect.stringMatching(/^[^(].*[^)]$/) });
    },
  );
});

describe('--help', () => {
  test.each(['', ...documentedCommands.map(({ usage }) => usage.replace(/ [<[].*/, ''))])(
    'of %s shows the options of every command, and the exit codes (S4.2)',
    async (name) => {
      const { exitCode, stdout } = await scim(`${name} --help`);
      expect(exitCode).toBe(0);
      for (const option of Object.keys(globalOptions)) expect(stdout).toContain(`--${option}`);
      expect(stdout).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
    },
  );
});
