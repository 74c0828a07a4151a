// The user that costs are measured with, which must stay within one write unit in a tenant of any name: a second unit
// would double the cost of every change.

import type { JsonObject } from '../../lambdas/scim/json.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The size of one write unit, in bytes. */
export const WRITE_UNIT = 1024;

/** A user with every attribute of Entra's default mapping; a `name` of 15 letters gives a userName and an address of 29. */
export const person = (name: string): JsonObject => ({
  externalId: name,
  userName: `${name}@veldt.example`,
  active: true,
  displayName: `Person ${name}`,
  title: 'Engineer of waterways',
  preferredLanguage: 'en-GB',
  emails: [{ primary: true, type: 'work', value: `${name}@veldt.example` }],
  phoneNumbers: [
    { type: 'work', value: '+31 20 555 0100' },
    { type: 'mobile', value: '+31 6 5550 0100' },
    { type: 'fax', value: '+31 20 555 0101' },
  ],
  addresses: [
    {
      type: 'work',
      formatted: 'Office 4.12',
      streetAddress: 'Dijk 1',
      locality: 'Delft',
      region: 'ZH',
      postalCode: '2611',
      country: 'NL',
    },
  ],
  name: { formatted: `Person ${name}`, familyName: name, givenName: 'Person' },
  [ENTERPRISE]: {
    employeeNumber: name,
    department: 'Water',
    manager: { value: '7d42a1b2-1c08-4d5e-8f90-a1b2c3d4e5f6' },
  },
});

/** The same with names and addresses of 29 letters. */
export const longNamedPerson = person('wilhelmina-rosa');
