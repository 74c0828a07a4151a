// Imported before anything that reads the environment: gives a test file its own table, whose stream no other test
// writes to, and its own bucket for records that are set aside.

import { randomUUID } from 'node:crypto';

export const ownTableName = `scim-${randomUUID()}`;
process.env.TABLE_NAME = ownTableName;
process.env.FAILED_CHANGES_BUCKET = ownTableName;
