// docs/settings.md lists every setting of lib/settings/schema.ts and nothing else, each with its default and with the words that
// document the property of the construct.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../lib/settings/config.ts';
import { domainEntries, settingsSchema } from '../../lib/settings/schema.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/settings.md'), 'utf8');
const source = readFileSync(join(root, 'lib/settings/scim-endpoint-props.ts'), 'utf8');

/** The cells of each row of the page by the name in its first cell, in order; those of `domains` are in its last table. */
const rowsIn = (text: string): [string, string[]][] =>
  [...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = '', cells = '']) => [
    name,
    cells.split(' | '),
  ]);
const [settingsPart = '', domainPart = ''] = page.split('\n## A domain in `domains`\n');
const rows = rowsIn(settingsPart);

interface Documented {
  readonly name: string;
  readonly meaning: string;
  /** As after `@default`. */
  readonly byDefault: string | undefined;
}

/** The documentation of the members of an interface. */
const documentedIn = (name: string): Documented[] => {
  const [, body = ''] = new RegExp(`interface ${name} \\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
  return [...body.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*readonly (\w+)/gs)].map(
    ([, comment = '', member = '']) => {
      const text = comment.replaceAll(/\n\s*\* ?/g, ' ').trim();
      const [meaning = '', byDefault] = text.split(/ ?@default /);
      return { name: member, meaning, byDefault };
    },
  );
};
const documented = new Map(documentedIn('ScimEndpointProps').map((each) => [each.name, each]));
const defaults: Readonly<Record<string, unknown>> = readSettings();

test('the page has every setting once, in the order of the list, and no other', () => {
  expect(rows.map(([name]) => name)).toEqual(Object.keys(settingsSchema.entries));
});

describe.each(rows)('%s', (name, [byDefault = '', meaning = '']) => {
  const value = defaults[name];
  const isFixed = value !== undefined && !(Array.isArray(value) && value.length === 0);

  test('has the default that it has when it is not given', () => {
    const words = documented.get(name)?.byDefault?.replace(/^- /, '');
    expect(byDefault).toBe(isFixed ? `\`${String(value)}\`` : words);
  });

  test('means what the property of the construct says', () => {
    // Only a stack has a name to set.
    if (name === 'stackName') expect(meaning).toMatch(/^The name of the stack .*\.$/);
    else expect(meaning).toBe(documented.get(name)?.meaning);
  });
});

test('the fields of a domain are those of the list, each with the words of the property', () => {
  const fields = documentedIn('ScimDomain');
  expect(fields.map(({ name }) => name)).toEqual(Object.keys(domainEntries));
  expect(
    rowsIn(domainPart).map(([name, [meaning = '']]) => [name, meaning.replace(/^Optional\. /, '')]),
  ).toEqual(fields.map(({ name, meaning }) => [name, meaning]));
});
