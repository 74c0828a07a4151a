// docs/runbook.md has a section for every alarm of lib/observability/alarms.ts and for nothing else, the description of the
// alarm names that section, and every command in it exists.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { scimTemplate } from '../../lib/scim-app.ts';
import { scim } from '../bin/scim/terminal.ts';
import { resourcesOf } from '../lib/template.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** By the name of the alarm: what stands below its heading. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => {
      const [name = '', ...lines] = section.split('\n');
      return [name, lines.join('\n')];
    }),
);

const alarms = resourcesOf(scimTemplate(), 'AWS::CloudWatch::Alarm').map(({ id, properties }) => ({
  name: id.replace(/^Observability|[0-9A-F]{8}$/g, ''),
  description: properties.AlarmDescription,
}));

test('every alarm has a section, every section is of an alarm, and none comes twice', () => {
  expect(alarms.length).toBeGreaterThan(20);
  expect([...sections.keys()].toSorted()).toEqual(alarms.map(({ name }) => name).toSorted());
  expect(page.match(/^### /gm)).toHaveLength(sections.size);
});

describe.each(alarms)('the alarm $name', ({ name, description }) => {
  test('has a section that says what it means, how to see it and what to do', () => {
    const parts = /\*\*Meaning\.\*\*\s+\w.*\*\*See it\.\*\*\s+\S.*\*\*Do\.\*\*\s+\S/s;
    expect(sections.get(name)).toMatch(parts);
  });

  test('has a description that ends with the anchor of its section', () => {
    // A heading's anchor is its text in lower case.
    expect(description).toMatch(new RegExp(`\\. See docs/runbook\\.md#${name.toLowerCase()}$`));
  });
});

const commands = [...new Set(page.match(/npm run scim -- [a-z]+( [a-z]+)?/g))];

test('it names commands', () => {
  expect(commands.length).toBeGreaterThan(10);
});

test.each(commands)('%s is a command', async (command) => {
  const { exitCode } = await scim(`${command.replace('npm run scim -- ', '')} --help`);
  expect(exitCode).toBe(0);
});
