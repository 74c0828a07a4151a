// The core User schema (RFC 7643 §4.1), without `password`: users sign in elsewhere, never with what SCIM provisions.

import { type Attribute, attribute, type Schema } from './schema.ts';

/** The URN of the core User schema. */
export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';

interface MultiValuedOptions {
  readonly value?: Partial<Attribute>;
  readonly types?: readonly string[];
}

/** A multi-valued attribute with the default sub-attributes of RFC 7643 §2.4. */
const multiValued = (
  name: string,
  description: string,
  { value, types }: MultiValuedOptions = {},
): Attribute =>
  attribute(name, description, {
    multiValued: true,
    subAttributes: [
      attribute('value', 'The value itself.', value),
      attribute('display', 'A human-readable name of the value.'),
      attribute('type', 'What the value is used for.', types && { canonicalValues: types }),
      attribute('primary', 'Whether this is the preferred value; true for at most one.', { type: 'boolean' }),
    ],
  });

const uri = { type: 'reference', referenceTypes: ['external'], caseExact: true } as const;

/** The definition of the core User schema; add attributes of users here. */
export const userSchema: Schema = {
  id: USER_SCHEMA,
  name: 'User',
  description: 'A person who uses the product.',
  attributes: [
    attribute('userName', 'The name the person signs in with; unique in the tenant, whatever its case.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', "The parts of the person's name.", {
      subAttributes: [
        attribute('formatted', 'The full name, ready to display.'),
        attribute('familyName', 'The family name.'),
        attribute('givenName', 'The given name.'),
        attribute('middleName', 'The middle name.'),
        attribute('honorificPrefix', 'The title before the name.'),
        attribute('honorificSuffix', 'The title after the name.'),
      ],
    }),
    attribute('displayName', 'The name shown to other people.'),
    attribute('nickName', 'The casual name.'),
    attribute('profileUrl', "The address of the person's profile page.", uri),
    attribute('title', 'The job title.'),
    attribute('userType', 'The relation to the organisation, such as Employee or Contractor.'),
    attribute('preferredLanguage', 'The preferred language, such as en-US.'),
    attribute('locale', 'The place that decides formats of numbers and dates, such as en-US.'),
    attribute('timezone', 'The time zone, such as Europe/Amsterdam.'),
    attribute('active', 'Whether the person may sign in.', { type: 'boolean' }),
    multiValued('emails', 'E-mail addresses.', { types: ['work', 'home', 'other'] }),
    multiValued('phoneNumbers', 'Telephone numbers.', {
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    multiValued('ims', 'Instant messaging addresses.', {
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    multiValued('photos', 'Addresses of photographs.', { value: uri, types: ['photo', 'thumbnail'] }),
    attribute('addresses', 'Postal addresses.', {
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address, ready to print.'),
        attribute('streetAddress', 'Street and number.'),
        attribute('locality', 'City.'),
        attribute('region', 'State or region.'),
        attribute('postalCode', 'Postal code.'),
        attribute('country', 'Country.'),
        attribute('type', 'What the address is used for.', { canonicalValues: ['work', 'home', 'other'] }),
        attribute('primary', 'Whether this is the preferred address; true for at most one.', {
          type: 'boolean',
        }),
      ],
    }),
    attribute('groups', 'The groups that the person is a direct member of; changed through the groups.', {
      multiValued: true,
      mutability: 'readOnly',
      returned: 'request',
      subAttributes: [
        attribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
        attribute('$ref', 'The URI of the group.', {
          type: 'reference',
          referenceTypes: ['Group'],
          caseExact: true,
          mutability: 'readOnly',
        }),
        attribute('display', 'The name of the group.', { mutability: 'readOnly' }),
        attribute('type', 'How the person belongs to the group.', {
          canonicalValues: ['direct', 'indirect'],
          mutability: 'readOnly',
        }),
      ],
    }),
    multiValued('entitlements', 'Things the person is entitled to.'),
    multiValued('roles', 'Roles of the person.'),
    multiValued('x509Certificates', 'Certificates of the person.', {
      value: { type: 'binary', caseExact: true },
    }),
  ],
};
