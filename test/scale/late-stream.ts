// A table whose stream begins after it was filled: nobody wants to follow the seeding.

import '../support/own-table.ts';
import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../bin/local/table/create-table.ts';
import { tableDefinition } from '../setup/table-definition.ts';
import { ownTableName } from '../support/own-table.ts';

/** Makes the table of this test file, without its stream. */
export const createSilentTable = async (): Promise<void> => {
  const { StreamSpecification, ...definition } = tableDefinition;
  await createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, definition);
};

/** From now on its changes are in its stream. */
export const startStream = async (): Promise<void> => {
  const client = new DynamoDBClient({});
  const { StreamSpecification } = tableDefinition;
  await client.send(new UpdateTableCommand({ TableName: ownTableName, StreamSpecification }));
  client.destroy();
};
