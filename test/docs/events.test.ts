// docs/events.md, the list of event types and their JSON Schemas say the same.

import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventTypes } from '../../lambdas/events/event.ts';
import { problemsOf } from '../support/event-schemas.ts';
import { read, root, rowsOf, sectionOf } from './markdown.ts';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const folder = 'lambdas/events/schemas/v1';
const schemaOf = (name: string): Schema => JSON.parse(read(`${folder}/${name}.json`));
const { $defs = {} } = schemaOf('definitions');

const definition = (ref: string): Schema => $defs[ref.split('/').at(-1) ?? ''] ?? {};

/** A schema with what it refers to, in one. */
const whole = (schema: Schema): Schema => {
  const base = schema.$ref ? whole(definition(schema.$ref)) : {};
  return {
    ...base,
    ...schema,
    required: [...(base.required ?? []), ...(schema.required ?? [])],
    properties: { ...base.properties, ...schema.properties },
  };
};

/** The names of the properties, those that may be absent with `?`, sorted. */
const fieldsOf = ({ properties = {}, required = [] }: Schema): readonly string[] =>
  [...new Set([...Object.keys(properties), ...required])]
    .map((name) => (required.includes(name) ? name : `${name}?`))
    .toSorted();

const bare = (field: string) => field.replace('?', '');
const common = fieldsOf(whole(definition('head')));
const commonNames = common.map(bare);
const furtherOf = (type: string) =>
  fieldsOf(whole(schemaOf(type))).filter((field) => !commonNames.includes(bare(field)));

const page = read('docs/events.md');
const tableOf = (heading: string) => rowsOf(sectionOf(page, heading));
const codeIn = (cell = '') => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code);

const types = tableOf('Types').map(([type = '', , resource = '', fields]) => ({
  type: codeIn(type)[0] ?? '',
  resource,
  fields: codeIn(fields),
}));

test.each(tableOf('Types').map(([type = '', meaning = '']) => [codeIn(type)[0] ?? '', meaning]))(
  '%s means what its schema says',
  (type, meaning) => {
    expect(schemaOf(type).description).toBe(meaning.replaceAll('`', ''));
  },
);

test('the page and the folder of schemas have the types of the list and no other', () => {
  expect(types.map(({ type }) => type).toSorted()).toEqual(eventTypes.toSorted());
  const schemas = globSync(`${folder}/*.json`, { cwd: root }).map((file) => basename(file, '.json'));
  expect(schemas.filter((name) => name !== 'definitions').toSorted()).toEqual(eventTypes.toSorted());
});

test('the common fields are those of the schemas', () => {
  expect(
    tableOf('Common fields')
      .flatMap(([field]) => codeIn(field))
      .toSorted(),
  ).toEqual(common);
});

test.each(types)('$type has the further fields of its schema', ({ type, fields }) => {
  expect(fields.toSorted()).toEqual(furtherOf(type));
});

describe('the resource', () => {
  const described = new Map(tableOf('The resource').map(([name = '', fields = '']) => [name, fields]));

  test.each(types)('of $type has the fields of its schema', ({ type, resource }) => {
    const schema = whole(whole(schemaOf(type)).properties?.resource ?? {});
    const fields = described.get(resource) ?? '';
    expect(codeIn(fields).toSorted()).toEqual(fieldsOf(schema));
    expect(fields).toContain(`("${schema.properties?.type?.const}")`);
  });

  test('has no description that no event has', () => {
    expect([...described.keys()].toSorted()).toEqual(
      [...new Set(types.map(({ resource }) => resource))].toSorted(),
    );
  });
});

describe('further fields', () => {
  const rows = tableOf('Further fields');

  test('are those of all schemas', () => {
    const all = new Set(eventTypes.flatMap(furtherOf).map(bare));
    expect(rows.flatMap(([field]) => codeIn(field)).toSorted()).toEqual([...all].toSorted());
  });

  test('are of the types in the schemas', () => {
    const typeOf = (schema: Schema): string =>
      schema.type ?? (schema.const !== undefined ? String(schema.const) : 'string');
    for (const [field = '', type = ''] of rows) {
      const name = codeIn(field)[0] ?? '';
      const owner = eventTypes.find((each) => furtherOf(each).map(bare).includes(name)) ?? '';
      const schema = whole(whole(schemaOf(owner)).properties?.[name] ?? {});
      expect(`${name}: ${type.split(' ')[0]}`).toBe(`${name}: ${typeOf(schema)}`);
    }
  });

  test('has every reason of a refused token', () => {
    const [, , meaning] = rows.find(([field]) => field === '`reason`') ?? [];
    const { enum: reasons = [] } = whole(schemaOf('tenant.token.refused')).properties?.reason ?? {};
    expect(codeIn(meaning).toSorted()).toEqual([...reasons].toSorted());
  });
});

describe('examples', () => {
  const examples = Array.from(
    sectionOf(page, 'Examples').matchAll(/^### (\S+)\n\n```json\n(.*?)```/gms),
    ([, type = '', json = '']) => ({ type, event: JSON.parse(json) }),
  );
  const [complete] = examples;

  test('there is one of each type', () => {
    expect(examples.map(({ type }) => type).toSorted()).toEqual(eventTypes.toSorted());
  });

  test.each(examples)('$type is as its schema says, with every further field', ({ type, event }) => {
    const head = Object.fromEntries(
      Object.entries<unknown>(complete?.event).filter(([name]) => commonNames.includes(name)),
    );
    expect(problemsOf({ ...head, ...event, type })).toEqual([]);
    const shown = Object.keys(event).filter((name) => !commonNames.includes(name));
    expect(shown.toSorted()).toEqual(furtherOf(type).map(bare).toSorted());
  });
});
