// What the README and the pages for operators name is there: commands, settings, ids of the template, policies, sections.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tableKey } from '../../lambdas/table/keys.ts';
import { scimApp, scimTemplate } from '../../lib/scim-app.ts';
import { readSettings } from '../../lib/settings/config.ts';
import manifest from '../../package.json' with { type: 'json' };
import { scim } from '../bin/scim/terminal.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })];
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const all = pages.map(read).join('\n');
const operating = read('docs/operating.md');

const found = (pattern: RegExp) => [...new Set([...all.matchAll(pattern)].map(([, one = '']) => one.trim()))];

/** Options of the whole command that stand before a command. */
const GLOBAL = /^(--(stack|cell|cells|port) \S+ |--(json|local) )+/;

const commands = found(/npm run (?:--silent )?scim -- ([^`\n|#<]*)/g).map((line) => line.replace(GLOBAL, ''));

test.each(commands)('there is a command %s', async (line) => {
  const words = line.split(' ').filter((word) => /^[a-z]+$/.test(word));
  const name = ['tenant', 'token', 'schema', 'webhook'].includes(words[0] ?? '')
    ? words.slice(0, 2)
    : words.slice(0, 1);
  const { exitCode, stdout } = await scim(`${name.join(' ')} --help`);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Usage: npm run scim -- ${name.join(' ')}`);
  for (const option of line.match(/--[a-z]+/g) ?? []) {
    expect(`${stdout} --stack --cell --cells --port --json`).toContain(option);
  }
});

test('every script of package.json is named, and no other', () => {
  const named = Array.from(
    all.matchAll(/npm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g),
    ([, script, short]) => script ?? short ?? '',
  );
  const scripts = Object.keys(manifest.scripts).filter((name) => name !== 'prepack');
  expect([...new Set(named)].toSorted()).toEqual(scripts.toSorted());
});

test('every setting that is named is one', () => {
  const names = found(/(?<![\w:])scim:(\w+)/g);
  expect(names.length).toBeGreaterThan(10);
  let known = '';
  try {
    readSettings({ 'scim:nothing': 1 });
  } catch (error) {
    known = (error as Error).message;
  }
  const settings = known
    .replace(/^.* are /, '')
    .replace('.', '')
    .split(', ');
  expect(names.filter((name) => !settings.includes(name))).toEqual([]);
});

test('the README tells about how many resources there are', () => {
  const [, count] = /npx cdk deploy .*# some (\d+) resources/.exec(read('README.md')) ?? [];
  expect(Math.abs(Number(count) - Object.keys(scimTemplate().Resources).length)).toBeLessThan(15);
});

test('every output that is asked for is one', () => {
  const outputs = [...operating.matchAll(/(?<!-)\boutput (\w+)|output `(\w+)`/g)].map(
    ([, a, b]) => a ?? b ?? '',
  );
  const { Outputs } = scimTemplate({
    'scim:domainName': 'scim.example.com',
    'scim:certificateArn':
      'arn:aws:acm:eu-west-1:123456789012:certificate/0b2d6a50-7f3d-4c35-9f43-9a3c4f4d1c11',
  });
  expect(outputs).toContain('TableName');
  expect(outputs.filter((name) => !Object.hasOwn(Outputs, name))).toEqual([]);
});

test('the table is taken over by its id, its path and its attribute of time to live', () => {
  const { app, stack } = scimApp({ deployable: false });
  const [, path = ''] = /cdk orphan --unstable=orphan (\S+)/.exec(operating) ?? [];
  const [, id = '', property] = /"\{\\"(\w+)\\":\{\\"(\w+)\\"/.exec(operating) ?? [];
  const table = app.node.findChild(path.split('/')[0] ?? '');
  expect(table).toBe(stack);
  const paths = stack.node.findAll().map(({ node }) => node.path);
  expect(paths).toContain(path);
  const resource = scimTemplate({}).Resources[id];
  expect([resource?.Type, resource?.DeletionPolicy, property]).toEqual([
    'AWS::DynamoDB::GlobalTable',
    'Retain',
    'TableName',
  ]);
  expect(operating).toContain(`Enabled=true,AttributeName=${tableKey.timeToLive}`);
});

describe('references', () => {
  test('of the command to a section are right', () => {
    const sources = globSync('bin/scim/**/*.ts', { cwd: root })
      .map(read)
      .join('\n')
      .replaceAll(/' \+\n\s*'/g, '');
    const named = [...sources.matchAll(/docs\/operating\.md, "([^"]+)"/g)].map(([, section = '']) => section);
    expect(new Set(named).size).toBeGreaterThan(3);
    expect(named.filter((section) => !operating.includes(`\n## ${section}\n`))).toEqual([]);
  });

  test('every placeholder of the policies is explained', () => {
    for (const word of ['ACCOUNT', 'REGION', 'STACK', 'LOWERCASE_STACK', 'PREFIX']) {
      expect(operating).toContain(`\`${word}\``);
    }
  });
});
