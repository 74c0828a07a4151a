// A value that cannot be a key of the table belongs to no resource: a look-up finds nothing, a write is refused, neither fails.
// dynoxide, the usual emulator, takes some of these keys; DYNAMODB_EMULATOR=dynamodb-local refuses them as DynamoDB does.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { canBeSortKey } from '../../lambdas/table/sort-key.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { filterBy, ScimClient } from '../support/scim-client.ts';

const client = new ScimClient(freshTenantId());
const EXTENSION = `urn:${'v'.repeat(32)}:${'x'.repeat(150)}`;
const LONG_NAME = 'n'.repeat(64);

beforeAll(async () => {
  await client.createTenant();
  const serial = { name: 'serial', type: 'string', uniqueness: 'server' };
  await addSchema(client.incarnation, {
    schema: {
      id: 'urn:veldt:Device',
      name: 'Device',
      attributes: [serial, { name: 'label', type: 'string' }],
    },
    resourceType: { name: 'Device', endpoint: '/Devices' },
  });
  await addSchema(client.incarnation, {
    id: EXTENSION,
    name: 'Long',
    attributes: [{ ...serial, name: LONG_NAME }],
  });
  await client.post('/Users', { userName: 'somebody' });
});

test.each([
  ['x', 0, false],
  ['x', 1, true],
  ['x', 1024, true],
  ['x', 1025, false],
  ['é', 512, true],
  ['é', 513, false],
])('%s, %i times, can be a key: %j', (character, times, expected) => {
  expect(canBeSortKey(character.repeat(times))).toBe(expected);
});

/** Lengths around the limits of a value, of a key with its prefix, and of a key. */
const LENGTHS = [0, 1, 799, 800, 801, 1000, 1013, 1014, 1015, 1016, 1017, 1018, 1023, 1024, 1025, 1100, 3000];
const values = [...LENGTHS.map((length) => 'x'.repeat(length)), '\uFDFA'.repeat(400), 'ß'.repeat(513)];

describe('a look-up (S2.2)', () => {
  test.each([
    ['/Users', 'userName eq'],
    ['/Users', 'externalId eq'],
    ['/Users', 'emails[type eq "work"].value eq'],
    ['/Users', 'id eq'],
    ['/Users', 'groups.value eq'],
    ['/Groups', 'displayName eq'],
    ['/Groups', 'externalId eq'],
    ['/Groups', 'members.value eq'],
    ['/Devices', 'serial eq'],
    ['/Devices', 'externalId eq'],
  ])('%s %s finds nobody by a value of any length', async (path, condition) => {
    for (const value of values) {
      const filter = filterBy(`${condition} ${JSON.stringify(value)}`);
      const { status, body } = await client.get(`${path}${filter}`);
      expect([value.length, status, body.totalResults]).toEqual([value.length, 200, 0]);
    }
  });

  test('of several values, one of which can be no key, finds the others', async () => {
    const filter = `userName eq "somebody" or userName eq "${'x'.repeat(1100)}" or externalId eq ""`;
    expect((await client.get(`/Users${filterBy(filter)}`)).body.totalResults).toBe(1);
  });
});

describe('a write (S2.2)', () => {
  const emails = (value: string) => [
    { type: 'work', value: `first${value.length}@veldt.example` },
    { type: 'work', value },
  ];
  test.each<[string, string, (value: string, index: number) => object]>([
    ['userName', '/Users', (userName) => ({ userName })],
    ['externalId', '/Users', (externalId, index) => ({ userName: `e${index}`, externalId })],
    [
      'a work address',
      '/Users',
      (value, index) => ({ userName: `w${index}`, emails: [{ type: 'work', value }] }),
    ],
    [
      'a further work address',
      '/Users',
      (value, index) => ({ userName: `f${index}`, emails: emails(value) }),
    ],
    ['displayName', '/Groups', (displayName) => ({ displayName })],
    ['displayName with externalId', '/Groups', (displayName) => ({ displayName, externalId: 'e' })],
    ['a group with externalId', '/Groups', (externalId, index) => ({ displayName: `g${index}`, externalId })],
    ['an own serial', '/Devices', (serial) => ({ serial })],
    [
      'an attribute with a long name',
      '/Users',
      (value, index) => ({ userName: `x${index}`, [EXTENSION]: { [LONG_NAME]: value } }),
    ],
  ])('of %s of any length is done and found, or refused', async (_, path, bodyOf) => {
    for (const [index, value] of [
      ...values,
      ...[760, 770, 773, 774, 790].map((n) => 'y'.repeat(n)),
    ].entries()) {
      const { status, body } = await client.post(path, bodyOf(value, index));
      expect([value.length, status]).toEqual([value.length, status === 201 ? 201 : 400]);
      if (status === 201) expect((await client.get(`${path}/${body.id}`)).status).toBe(200);
      if (value.length > 800) expect(status).toBe(400);
    }
  });

  test('an empty value at any place is never a key', async () => {
    const { status, body } = await client.post('/Users', { userName: 'empties' });
    expect(status).toBe(201);
    for (const operation of [
      { op: 'replace', path: 'externalId', value: '' },
      { op: 'add', path: 'emails', value: emails('') },
      { op: 'replace', path: 'emails[type eq "work"].value', value: '' },
      { op: 'replace', path: `${EXTENSION}:${LONG_NAME}`, value: '' },
    ]) {
      expect((await client.patchWith(`/Users/${body.id}`, operation)).status).toBeLessThan(300);
    }
    const filter = filterBy('emails[type eq "work"].value eq ""');
    expect((await client.get(`/Users${filter}`)).body.totalResults).toBe(0);
    // A full scan gives the same result: an empty value is no value.
    expect((await client.get(`/Users${filterBy('emails.value eq ""')}`)).body.totalResults).toBe(0);
  });
});
