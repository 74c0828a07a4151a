// A table whose stream begins after it was filled, so that the seeding need not be processed.

import '../support/own-table.ts';
import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../bin/local/table/create-table.ts';
import { tableDefinition } from '../setup/table-definition.ts';
import { ownTableName } from '../support/own-table.ts';

/** Creates the table of this test file, without a stream. */
export const createSilentTable = async (): Promise<void> => {
  const { StreamSpecification, ...definition } = tableDefinition;
  await createTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', ownTableName, definition);
};

/** Enables the stream. */
export const startStream = async (): Promise<void> => {
  const client = new DynamoDBClient({});
  const { StreamSpecification } = tableDefinition;
  await client.send(new UpdateTableCommand({ TableName: ownTableName, StreamSpecification }));
  client.destroy();
};
