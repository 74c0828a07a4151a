// Resources that already have the names of a first deployment: mostly left behind by a failed attempt or a deleted stack.

import { APIGatewayClient, GetApiKeysCommand, GetDomainNameCommand } from '@aws-sdk/client-api-gateway';
import { DescribeTableCommand, DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { standInKey } from '../../../lambdas/credentials/throttle-key.ts';
import { type Check, fail, look, ok, unlessMissing, warn } from './check.ts';

const CLEAR_AWAY = 'docs/operating.md, "A first deployment that failed", has the commands that remove it';

/** Fails when the account has an event bus of this name in the region. */
export const lookAtEventBus = (Name: string): Promise<Check> =>
  look('event bus', 'events:DescribeEventBus', async () => {
    const bus = await unlessMissing(new EventBridgeClient({}).send(new DescribeEventBusCommand({ Name })));
    return bus
      ? fail(
          `There is an event bus ${Name} that does not belong to this stack: choose another scim:stackName.`,
        )
      : ok(`No event bus is called ${Name}.`);
  });

/** Fails when an API of the account already has the custom domain in the region. */
export const lookAtDomain = (domainName: string): Promise<Check> =>
  look(`domain ${domainName}`, 'apigateway:GET on /domainnames', async () => {
    const found = await unlessMissing(
      new APIGatewayClient({}).send(new GetDomainNameCommand({ domainName })),
    );
    return found
      ? fail(
          'The domain belongs to another API of this account in this region: delete that custom domain name, or set another ' +
            'domain.',
        )
      : ok('No API of this account has the domain in this region.');
  });

/** The stack's own key: its value follows from the prefix and must be unique in an account and region, unlike its name. */
export const lookAtStandInKey = (prefix: string): Promise<Check> =>
  look('stand-in key', 'apigateway:GET on /apikeys', async () => {
    const { name } = standInKey(prefix);
    const { items = [] } = await new APIGatewayClient({}).send(new GetApiKeysCommand({ nameQuery: name }));
    return items.some((key) => key.name === name)
      ? fail(
          `There is an API key ${name} that does not belong to this stack, and its value must be unique. If it belongs to another ` +
            'deployment, set another scim:secretPrefix; if to a deleted one, run `aws apigateway delete-api-key`.',
        )
      : ok(`No API key is called ${name}.`);
  });

/** Warns of secrets under the prefix, those scheduled for deletion included. */
export const lookAtSecrets = (prefix: string): Promise<Check> =>
  look('secrets', 'secretsmanager:ListSecrets', async () => {
    const { SecretList = [] } = await new SecretsManagerClient({}).send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [`${prefix}/`] }],
        IncludePlannedDeletion: true,
        MaxResults: 100,
      }),
    );
    const names = SecretList.flatMap(({ Name }) => (Name?.startsWith(`${prefix}/`) ? [Name] : []));
    return names.length > 0
      ? warn(
          `There are secrets under ${prefix}/ (${names[0]}${names.length > 1 ? ', …' : ''}) and no such stack. If they belong to another ` +
            'deployment, set another scim:secretPrefix; if to a deleted one, delete them as in docs/operating.md, "Tear-down".',
        )
      : ok(`There are no secrets under ${prefix}/.`);
  });

/** Tables with the name prefix that CloudFormation would use for the stack. */
export const lookAtTables = (prefix: string): Promise<Check> =>
  look('table', 'dynamodb:ListTables, dynamodb:DescribeTable', async () => {
    const client = new DynamoDBClient({});
    const found = await findTables(client, prefix);
    const [TableName] = found;
    if (TableName === undefined) return ok('No table is left from an earlier stack with this name.');
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const key = Table?.SSEDescription?.KMSMasterKeyArn;
    return warn(
      `An earlier stack with this name left ${found.length === 1 ? 'the table' : `${found.length} tables, among them`} ${TableName}` +
        `${key ? ` with the key ${key}` : ''}, which the new one will not use and you keep paying for: ${CLEAR_AWAY}.`,
    );
  });

const findTables = async (client: DynamoDBClient, prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    found.push(...TableNames.filter((name) => name.startsWith(prefix)));
  }
  return found;
};
