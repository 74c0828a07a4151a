// scim schema add: attributes or a resource type of a tenant's own, from a file with one definition or a list of them.

import { readFileSync } from 'node:fs';
import type { SharedValue } from '../../../lambdas/resources/shared-values.ts';
import type { SchemaDefinition } from '../../../lambdas/tenants/schemas-table.ts';
import { table } from '../command/answer.ts';
import { defineCommand, flag, option } from '../command/define-command.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { describeSchema, schemaJson } from './schema-text.ts';

export const addSchema = defineCommand({
  name: 'schema add',
  args: ['<tenant>', '<file>'],
  summary: 'Add a schema from a JSON file, or replace the one with the same URN',
  options: {
    extends: option<string>('<type>', 'The resource type that it extends', { default: 'User' }),
    required: flag('Refuse resources of that type without the extension'),
  },
  run: async ({ options }, id, file) => {
    const input = readJson(file);
    if (Array.isArray(input) && input.length === 0) throw new OperatorError(`${file} has no schema.`);
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { addSchema: add } = await import('../../../lambdas/operations/change-schemas.ts');
    const { incarnation } = await readActiveTenant(id);
    const added: Awaited<ReturnType<typeof add>>[] = [];
    for (const one of Array.isArray(input) ? input : [input]) {
      added.push(await add(incarnation, options.required ? required(one, file) : one, options.extends));
    }
    const json = added.map(({ definition, doubles }) => ({
      tenant: id,
      ...schemaJson(definition),
      ...(doubles.length > 0 && { doubles }),
    }));
    return {
      json: Array.isArray(input) ? json : json[0],
      text: added
        .map(({ definition, doubles }) =>
          [
            `${definition.schema.id} ${describeSchema(definition)}.`,
            ...howToUse(definition),
            ...(doubles.length > 0 ? ['', describeDoubles(doubles)] : []),
          ].join('\n'),
        )
        .join('\n\n'),
    };
  },
});

/** A definition of an extension, as a required one. */
const required = (input: unknown, file: string): unknown => {
  const isObject = typeof input === 'object' && input !== null;
  if (isObject && 'resourceType' in input) {
    throw new OperatorError(`${file} defines a resource type: only an extension can be required.`);
  }
  return isObject && 'schema' in input ? { ...input, required: true } : { schema: input, required: true };
};

const howToUse = ({ schema, resourceType }: SchemaDefinition): string[] =>
  resourceType
    ? [
        `Within a minute its resources are served at ${resourceType.endpoint} below the Tenant URL.`,
        'Entra provisions users and groups only: other clients can write them.',
      ]
    : [
        'It takes effect within a minute. In Entra, map its attributes by their full names, such as',
        `${schema.id}:${schema.attributes[0]?.name}`,
      ];

const describeDoubles = (doubles: readonly SharedValue[]): string =>
  [
    'Some resources already share a value that must be unique from now on. They keep it and can still be changed;',
    'the first one that is written again claims the value, and the others are then refused. Correct them at their source:',
    '',
    table([
      ['ATTRIBUTE', 'VALUE', 'RESOURCES'],
      ...doubles.map(({ attribute, value, ids }) => [attribute, value, ids.join(' ')]),
    ]),
  ].join('\n');

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new OperatorError(`${file} ${why}.`);
  }
};
