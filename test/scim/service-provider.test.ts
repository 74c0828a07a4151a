// What the description of the service says of its schemas.

import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { enterpriseUserSchema } from '../../lambdas/scim/schemas/enterprise-user.ts';
import { groupSchema } from '../../lambdas/scim/schemas/group.ts';
import { userSchema } from '../../lambdas/scim/schemas/user.ts';
import { describeSchema } from '../../lambdas/scim/service-provider.ts';

const attributesOf = (schema: Parameters<typeof describeSchema>[0]) =>
  describeSchema(schema, 'https://scim.example/acme/v2').attributes as readonly JsonObject[];

test.each([userSchema, groupSchema])(
  '$name has externalId, as a mapping to it is validated (S3.7)',
  (schema) => {
    const found = attributesOf(schema).filter(({ name }) => name === 'externalId');
    expect(found).toEqual([
      {
        ...{
          name: 'externalId',
          type: 'string',
          multiValued: false,
          required: false,
          mutability: 'readWrite',
        },
        description: 'The identifier that the provisioning client gave the resource.',
        ...{ returned: 'default', caseExact: true, uniqueness: 'none' },
      },
    ]);
  },
);

test('an extension has none (S3.7)', () => {
  expect(attributesOf(enterpriseUserSchema).map(({ name }) => name)).not.toContain('externalId');
});
