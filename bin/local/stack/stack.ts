// The stack that a local run emulates, read from its template: start here. The gateway and the events have files of their own.

import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Template } from '../../../lib/scim-app.ts';
import { type LocalEvents, readEvents } from './events.ts';
import { type LocalGateway, readGateway } from './gateway.ts';
import { type StackSecret, stackSecret } from './secret.ts';
import { outputsOf, resourcesOfType, TABLE_NAME } from './template.ts';

/** A function of the template. */
export interface LocalFunction {
  readonly name: string;
  /** The handler's source, from the root of the repository. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** The properties of an AWS::DynamoDB::Table (or GlobalTable) that an emulator supports. */
export type TableDefinition = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'StreamSpecification'
> & { readonly timeToLiveAttribute?: string };

/** Everything a local run starts. */
export interface LocalStack extends LocalEvents, LocalGateway {
  readonly functions: readonly LocalFunction[];
  /** As `cdk deploy` would print them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Tokens are the secrets `<secretPrefix>/<tenant>.<incarnation>/token`. */
  readonly secretPrefix: string;
  /** The secrets in the stack itself. */
  readonly secrets: readonly StackSecret[];
  readonly tableName: string;
  readonly table: TableDefinition;
  /** The bus that functions publish events on; empty when none does. */
  readonly eventBusName: string;
}

const texts = v.record(v.string(), v.string());

const functionResource = v.object({
  Environment: v.optional(v.object({ Variables: v.optional(texts, {}) }), { Variables: {} }),
  Timeout: v.optional(v.number(), 3),
});

const tableResource = v.object({
  AttributeDefinitions: v.array(v.any()),
  KeySchema: v.array(v.any()),
  GlobalSecondaryIndexes: v.optional(v.array(v.any())),
  StreamSpecification: v.optional(v.object({ StreamViewType: v.any() })),
  TimeToLiveSpecification: v.optional(v.object({ AttributeName: v.string() })),
});

/** Reads the template; throws when it is not of the shape that we synthesize. */
export const readStack = (template: Template): LocalStack => {
  const functions = readFunctions(template);
  return {
    functions,
    outputs: outputsOf(template),
    secretPrefix: functions.map(({ environment }) => environment.SECRET_PREFIX).find(Boolean) ?? 'scim',
    secrets: readSecrets(template),
    tableName: TABLE_NAME,
    table: readTable(template),
    ...readEvents(template),
    ...readGateway(template),
    eventBusName: functions.map(({ environment }) => environment.EVENT_BUS_NAME).find(Boolean) ?? '',
  };
};

/** Functions without Metadata that names a source are CDK's own helpers, which only run in a deployment. */
const readFunctions = (template: Template): LocalFunction[] =>
  [...resourcesOfType(template, 'AWS::Lambda::Function')].flatMap(([name, properties]) => {
    const entry = template.Resources[name]?.Metadata?.['scim:entry'];
    if (typeof entry !== 'string') return [];
    const { Environment, Timeout } = v.parse(functionResource, properties);
    return [{ name, entry, environment: Environment.Variables, timeoutSeconds: Timeout }];
  });

/** A secret without a name gets its logical id; on AWS, a random suffix follows. */
const readSecrets = (template: Template): StackSecret[] =>
  [...resourcesOfType(template, 'AWS::SecretsManager::Secret')].map(([id, properties]) => ({
    Name: id,
    ...v.parse(stackSecret, properties),
  }));

const readTable = (template: Template): TableDefinition => {
  const tables = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
  const [properties] = tables.flatMap((type) => [...resourcesOfType(template, type).values()]);
  const table = v.parse(tableResource, properties);
  return {
    AttributeDefinitions: table.AttributeDefinitions,
    KeySchema: table.KeySchema,
    GlobalSecondaryIndexes: table.GlobalSecondaryIndexes,
    StreamSpecification: table.StreamSpecification && {
      StreamEnabled: true,
      StreamViewType: table.StreamSpecification.StreamViewType,
    },
    timeToLiveAttribute: table.TimeToLiveSpecification?.AttributeName,
  };
};
