// Imported before anything that reads the environment: a test file with a table of its own, whose stream no other test
// writes to.

import { randomUUID } from 'node:crypto';

export const ownTableName = `scim-${randomUUID()}`;
process.env.TABLE_NAME = ownTableName;
