import { expect, test } from '@jest/globals';
import { parseDefinition } from '../../lambdas/operations/schema-definitions.ts';

const URN = 'urn:acme:scim:Person';
const schemaWith = (attribute: object) => ({ id: URN, name: 'P', attributes: [{ name: 'a', ...attribute }] });

test.each([
  [5, 'The file: must be an object, not 5.'],
  [null, 'The file: must be an object, not null.'],
  [{}, 'id: is missing.'],
  [{ id: URN, attributes: [] }, 'name: is missing.'],
  [{ id: URN, name: '', attributes: [] }, 'name: must not be empty.'],
  [{ id: 'x', name: 'P', attributes: [{}] }, 'id: must be a URN, such as urn:acme:scim:Device.'],
  [{ id: URN, name: 'P', attributes: {} }, 'attributes: must be a list, not an object.'],
  [{ id: URN, name: 'P', attributes: [] }, 'attributes: must have at least one.'],
  [{ id: URN, name: 'P', attributes: ['a'] }, 'attributes[0]: must be an object, not "a".'],
  [schemaWith({ name: 7 }), 'attributes[0].name: must be text, not 7.'],
  [
    schemaWith({ typ: 'string' }),
    'attributes[0].typ: there is no such member in a schema; check its spelling.',
  ],
  [schemaWith({ required: 'yes' }), 'attributes[0].required: must be true or false, not "yes".'],
  [schemaWith({ uniqueness: 'yes' }), 'attributes[0].uniqueness: must be none, server or global, not "yes".'],
  [schemaWith({ type: 'text' }), /^attributes\[0\]\.type: must be string, .* or complex, not "text"\.$/],
  [{ schema: schemaWith({}), resourceType: {} }, 'resourceType.name: is missing.'],
  [{ schema: { id: URN } }, 'schema.name: is missing.'],
])('%j is refused in words of the file (S4.2)', (input, sentence) => {
  expect(() => parseDefinition(input, 'User')).toThrow(sentence);
});
