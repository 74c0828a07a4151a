// What the package has for those who read the events.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventSchemas } from '../../lib/events.ts';

const folder = join(import.meta.dirname, '../../lambdas/events/schemas/v1');

test('the schemas are those of the folder, each by its type', () => {
  const schemas = readdirSync(folder).map((file) => [
    basename(file, '.json'),
    JSON.parse(readFileSync(join(folder, file), 'utf8')),
  ]);
  expect(eventSchemas).toEqual(Object.fromEntries(schemas));
});
