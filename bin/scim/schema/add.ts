// scim schema add | list | remove: what a tenant has beyond the standard schemas.

import { readFileSync } from 'node:fs';
import type { Double } from '../../../lambdas/resources/doubles.ts';
import type { SchemaDefinition } from '../../../lambdas/tenants/schemas-table.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, table } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { OperatorError } from '../command/operator-error.ts';

const loadSchemas = () => import('../../../lambdas/operations/change-schemas.ts');

const requireTenant = async (id: TenantId) =>
  (await import('../../../lambdas/tenants/read-tenant.ts')).readActiveTenant(id);

export const addSchema = async ({ options }: Context, id: TenantId, file: string): Promise<Answer> => {
  const input = readJson(file);
  const { incarnation } = await requireTenant(id);
  const { addSchema: add } = await loadSchemas();
  const { definition: added, doubles } = await add(incarnation, input, options.extends);
  return {
    json: { tenant: id, ...summary(added), ...(doubles.length > 0 && { doubles }) },
    text: [
      `${added.schema.id} ${describe(added)}.`,
      ...howToUse(added),
      ...(doubles.length > 0 ? ['', describeDoubles(doubles)] : []),
    ].join('\n'),
  };
};

const howToUse = ({ schema, resourceType }: SchemaDefinition): string[] =>
  resourceType
    ? [
        `Every function knows it within a minute; its resources are at ${resourceType.endpoint} below the Tenant URL.`,
        'Entra provisions users and groups only: other clients can write them.',
      ]
    : [
        'Every function knows it within a minute; map its attributes in Entra by their full names, such as',
        `${schema.id}:${schema.attributes[0]?.name}`,
      ];

const describeDoubles = (doubles: readonly Double[]): string =>
  [
    'Several resources already share a value that is unique from now on. They keep it, and can be changed;',
    'the first that is written again holds it, and from then on others are refused. Correct them at their source:',
    '',
    table([
      ['ATTRIBUTE', 'VALUE', 'RESOURCES'],
      ...doubles.map(({ attribute, value, ids }) => [attribute, value, ids.join(' ')]),
    ]),
  ].join('\n');

export const listSchemas = async (_: Context, id: TenantId): Promise<Answer> => {
  const { incarnation } = await requireTenant(id);
  const { readSchemas } = await import('../../../lambdas/tenants/schemas-table.ts');
  const definitions = await readSchemas(incarnation);
  const rows = definitions.map((definition) => [
    definition.schema.id,
    describe(definition),
    String(definition.schema.attributes.length),
  ]);
  return {
    json: definitions.map(summary),
    text: rows.length
      ? table([['SCHEMA', 'WHAT IT DOES', 'ATTRIBUTES'], ...rows])
      : `Tenant ${id} has the standard schemas only.`,
  };
};

export const removeSchema = async (_: Context, id: TenantId, urn: string): Promise<Answer> => {
  const { incarnation } = await requireTenant(id);
  await (await loadSchemas()).removeSchema(incarnation, urn);
  return {
    json: { tenant: id, schema: urn, removed: true },
    text: `${urn} is removed from tenant ${id}. Its values stay stored, but are neither shown nor written any more.`,
  };
};

const describe = ({ extends: extended, resourceType }: SchemaDefinition) =>
  resourceType ? `makes ${resourceType.name} at ${resourceType.endpoint}` : `extends ${extended}`;

const summary = ({ schema, extends: extended, resourceType }: SchemaDefinition) => ({
  schema: schema.id,
  ...(resourceType
    ? { resourceType: resourceType.name, endpoint: resourceType.endpoint }
    : { extends: extended }),
  attributes: schema.attributes.map(({ name }) => name),
});

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new OperatorError(`${file} ${why}.`);
  }
};
