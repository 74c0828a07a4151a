// The enterprise User extension (RFC 7643 §4.3).

import { attribute, type Schema } from './schema.ts';

/** The URN of the enterprise User extension. */
export const ENTERPRISE_USER_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The definition of the enterprise User extension. */
export const enterpriseUserSchema: Schema = {
  id: ENTERPRISE_USER_SCHEMA,
  name: 'EnterpriseUser',
  description: 'What an organisation knows of its people.',
  attributes: [
    attribute('employeeNumber', 'The number the organisation gave the person.'),
    attribute('costCenter', 'The cost center.'),
    attribute('organization', 'The organisation.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    attribute('manager', "The person's manager.", {
      subAttributes: [
        attribute('value', "The id of the manager's user.", { caseExact: true }),
        attribute('$ref', "The URI of the manager's user.", {
          type: 'reference',
          referenceTypes: ['User'],
          caseExact: true,
        }),
        attribute('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};
