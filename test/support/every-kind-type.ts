// A resource type with an attribute of every type and mutability, for rules that users and groups do not exercise.

import { attribute, type ResourceType } from '../../lambdas/scim/schemas/schema.ts';

export const EVERY_KIND_EXTENSION = 'urn:example:params:scim:schemas:extension:2.0:EveryKind';

export const everyKindType: ResourceType = {
  name: 'EveryKind',
  endpoint: '/EveryKinds',
  description: 'One attribute of every kind.',
  schema: {
    id: 'urn:example:params:scim:schemas:2.0:EveryKind',
    name: 'EveryKind',
    description: 'One attribute of every kind.',
    attributes: [
      attribute('identifier', 'Required.', { required: true }),
      attribute('serial', 'Set once.', { mutability: 'immutable' }),
      attribute('secret', 'Only written.', { mutability: 'writeOnly' }),
      attribute('hint', 'Never shown.', { returned: 'never' }),
      attribute('counter', 'Kept by the server.', { type: 'integer', mutability: 'readOnly' }),
      attribute('size', 'A whole number.', { type: 'integer' }),
      attribute('weight', 'A number.', { type: 'decimal' }),
      attribute('expires', 'A time.', { type: 'dateTime' }),
      attribute('picture', 'Bytes.', { type: 'binary' }),
      attribute('home', 'A URI.', { type: 'reference', referenceTypes: ['external'] }),
      attribute('open', 'Yes or no.', { type: 'boolean' }),
      attribute('tags', 'Words.', { multiValued: true }),
      attribute('constructor', 'Named like a property that every object inherits.'),
      attribute('owner', 'A reference with parts.', {
        subAttributes: [
          attribute('value', 'The id.', { required: true }),
          attribute('since', 'Set once.', { mutability: 'immutable' }),
          attribute('name', 'Kept by the server.', { mutability: 'readOnly' }),
        ],
      }),
    ],
  },
  schemaExtensions: [
    {
      required: true,
      schema: {
        id: EVERY_KIND_EXTENSION,
        name: 'EveryKindExtension',
        description: 'What cannot be left out.',
        attributes: [attribute('code', 'Required.', { required: true }), attribute('note', 'Optional.')],
      },
    },
  ],
};
