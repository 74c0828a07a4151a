// Deploying today's template over an earlier release replaces no resource that holds data, or
// whose URL or ARN others use.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { scimTemplate, type Template } from '../../lib/scim-app.ts';
import held from '../lib/logical-ids.json' with { type: 'json' };
import { releases, templateOf, unpackAssembly } from './releases.ts';

/** The defaults of properties that a template leaves out. */
const ABSENT = null;

const today = scimTemplate();

const propertyOf = ({ Resources }: Template, id: string, name: string): unknown =>
  Resources[id]?.Properties?.[name] ?? ABSENT;

describe.each(releases)('release %s', (release) => {
  const template = templateOf(release);
  const lasting = Object.entries<{ type: string; replacedBy: Record<string, unknown> }>(held).filter(
    ([id]) => template.Resources[id] !== undefined,
  );

  test('has the API, the table, the key and the bus that are held', () => {
    const types = new Set(lasting.map(([, { type }]) => type));
    for (const type of ['ApiGateway::RestApi', 'DynamoDB::GlobalTable', 'KMS::Key', 'Events::EventBus']) {
      expect(types).toContain(`AWS::${type}`);
    }
  });

  test.each(lasting)('%s is not replaced by what is deployed today', (id, { type, replacedBy }) => {
    for (const { Resources } of [template, today]) expect(Resources[id]?.Type).toBe(type);
    for (const name of Object.keys(replacedBy)) {
      expect(propertyOf(today, id, name)).toEqual(propertyOf(template, id, name));
    }
  });

  test('says nothing that the operator can no longer read', () => {
    expect(Object.keys(today.Outputs)).toEqual(expect.arrayContaining(Object.keys(template.Outputs)));
  });

  test('has no path of the machine that it was made on', () => {
    const assembly = unpackAssembly(release);
    const files = globSync('*.{json,out}', { cwd: assembly.folder });
    expect(files).toEqual(expect.arrayContaining(['manifest.json', 'Scim.template.json']));
    for (const file of files) {
      expect(readFileSync(join(assembly.folder, file), 'utf8')).not.toMatch(
        /file:\/\/|\(\/|"\/(home|root|work|Users)\//,
      );
    }
    assembly.remove();
  });
});
