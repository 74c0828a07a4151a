// Imported before anything that reads the environment: a test file with a table of its own, whose stream no other test
// writes to, and a bucket of its own for what of that stream is set aside.

import { randomUUID } from 'node:crypto';

export const ownTableName = `scim-${randomUUID()}`;
process.env.TABLE_NAME = ownTableName;
process.env.FAILED_CHANGES_BUCKET = ownTableName;
