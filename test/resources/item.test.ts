// A resource as an item: it reads back as it was written, and a user with Entra's default mapping costs one write unit, however
// long the tenant's name is.

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { asTenantId, incarnationAt, type TenantId } from '../../lambdas/platform/tenant.ts';
import { newResource } from '../../lambdas/resources/change-resource.ts';
import { fromItem, toItem } from '../../lambdas/resources/resource-item.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { longNamedPerson, WRITE_UNIT } from '../scale/person.ts';
import { itemSize } from '../support/item-size.ts';

const longestTenant = incarnationAt(asTenantId('t'.repeat(32)) as TenantId, Date.now());

test('a person of the default mapping, names of 29 letters, fits into a write unit in the tenant of the longest name', () => {
  const { userName } = longNamedPerson;
  expect(userName).toHaveLength(29);
  const user = newResource(userType, longNamedPerson);
  const bytes = itemSize(toItem(longestTenant, 'User', { ...user, version: 99_999 }));
  expect(bytes).toBeLessThanOrEqual(WRITE_UNIT);
});

test.each([
  ['a person', newResource(userType, longNamedPerson)],
  [
    'a person with several addresses',
    newResource(userType, {
      userName: 'a#b@x',
      emails: ['a@x', 'b@x'].map((value) => ({ type: 'work', value })),
    }),
  ],
  ['a group', newResource(groupType, { displayName: 'A#b', externalId: 'g' })],
  ['somebody who came back', { ...newResource(userType, { userName: 'a' }), life: 2 }],
  ['a group that is being created', { ...newResource(groupType, { displayName: 'a' }), pendingSinceMs: 1 }],
  [
    'claims of schemas with strange names',
    {
      ...newResource(userType, { userName: 'a' }),
      id: randomUUID(),
      claims: ['userName#a', 'urn:x:a#b@c:badge#a', 'urn:x:a#b@c:badge#z'],
    },
  ],
])('%s reads back as it was written', (_, resource) => {
  const read = fromItem(toItem(longestTenant, 'User', resource));
  expect(read).toEqual({ ...resource, keys: { externalId: undefined, email: undefined, ...resource.keys } });
});
