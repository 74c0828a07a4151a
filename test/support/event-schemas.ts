// Validates events with their JSON Schemas, as a subscriber would.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const folder = join(import.meta.dirname, '../../lambdas/events/schemas/v1');

const schemas = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const ajv = new Ajv2020({
  allErrors: true,
  schemas,
  formats: { uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ },
});

/** Every event type with a schema. */
export const describedTypes = schemas
  .map(({ title, $ref }) => ($ref ? title : undefined))
  .filter(Boolean)
  .sort();

/** The errors of an event by the schema of its type; empty when it is valid. */
export const problemsOf = (event: { readonly type: string }): string[] => {
  const validate = ajv.getSchema(`urn:scim:event:1:${event.type}`);
  if (!validate) return [`There is no schema of ${event.type}.`];
  return validate(event)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
