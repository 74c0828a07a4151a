// The Group schema (RFC 7643 §4.2).

import { attribute, type Schema } from './schema.ts';

/** The URN of the Group schema. */
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The definition of the Group schema; add attributes of groups here. */
export const groupSchema: Schema = {
  id: GROUP_SCHEMA,
  name: 'Group',
  description: 'A group of users and of other groups.',
  attributes: [
    attribute('displayName', 'The name of the group; unique in the tenant, whatever its case.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('members', 'The members of the group.', {
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the user or group.', { caseExact: true, mutability: 'immutable' }),
        attribute('$ref', 'The URI of the user or group.', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          caseExact: true,
          mutability: 'immutable',
        }),
        attribute('type', 'Whether the member is a user or a group.', {
          canonicalValues: ['User', 'Group'],
          mutability: 'immutable',
        }),
      ],
    }),
  ],
};
