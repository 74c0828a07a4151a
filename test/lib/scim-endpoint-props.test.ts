// What the package tells of its settings is what config.ts takes and fills in.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readSettings, type StackSettings } from '../../lib/config.ts';
import type { ScimEndpointProps } from '../../lib/scim-endpoint-props.ts';

type Settings = Omit<StackSettings, 'stackName' | 'emulator'>;
type Writable<Value> = Value extends readonly (infer Item)[] ? Item[] : Value;
type Given = { [Name in keyof ScimEndpointProps]: Writable<ScimEndpointProps[Name]> };

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** `npm run types` refuses this line once a name or a type is on one side only. */
const areSame: Same<Required<Given>, Required<Settings>> = true;

const source = readFileSync(join(import.meta.dirname, '../../lib/scim-endpoint-props.ts'), 'utf8').replace(
  /^.*export interface ScimEndpointProps/s,
  '',
);

/** Each property of an endpoint with its `@default`, a literal or words. */
const told = [...source.matchAll(/@default (.+)\n {3}\*\/\n {2}readonly (\w+)\?:/g)].map(
  ([, value = '', name = '']) => [name, value] as const,
);

test('every property says its default, and it is that of the setting', () => {
  expect(areSame).toBe(true);
  expect(told).toHaveLength(source.match(/^ {2}readonly /gm)?.length ?? 0);
  const defaults = new Map<string, unknown>(Object.entries(readSettings()));
  for (const [name, value] of told) {
    const isLiteral = /^(\d+|true|false|'.*')$/.test(value);
    // In words is what depends on something, and what there is none of.
    const expected = isLiteral ? JSON.parse(value.replaceAll("'", '"')) : [];
    expect({ name, default: defaults.get(name) ?? [] }).toEqual({ name, default: expected });
  }
});
