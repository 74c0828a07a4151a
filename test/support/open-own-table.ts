// Creates the table of own-table.ts, for a test that needs no stream: one that scans, or that writes very much, so that
// another's scan would take too long.

import { createTable } from '../../bin/local/table/create-table.ts';
import { tableDefinition } from '../setup/table-definition.ts';
import { ownTableName } from './own-table.ts';

export const openOwnTable = async (): Promise<void> => {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  await createTable(endpoint, ownTableName, { ...tableDefinition, StreamSpecification: undefined });
};
