// The resource types that every tenant has (RFC 7643 §6).

import { enterpriseUserSchema } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import type { ResourceType } from './schema.ts';
import { userSchema } from './user.ts';

/** Users, at `/Users`. */
export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'A person who uses the product.',
  schema: userSchema,
  schemaExtensions: [{ schema: enterpriseUserSchema, required: false }],
};

/** Groups, at `/Groups`. */
export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'A group of users and of other groups.',
  schema: groupSchema,
  schemaExtensions: [],
};
