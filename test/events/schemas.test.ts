// Published events conform to the JSON Schemas in lambdas/events/schemas.

import '../support/own-table.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  publishTokenRefused,
  publishTokenRetired,
  publishTokenRotated,
} from '../../lambdas/credentials/token-events.ts';
import { refusalCauses } from '../../lambdas/credentials/verify.ts';
import type { BusinessEvent } from '../../lambdas/events/event.ts';
import { deleteTenant } from '../../lambdas/operations/delete-tenant.ts';
import { resyncTenant } from '../../lambdas/operations/resync.ts';
import { watchSilence } from '../../lambdas/operations/silence-watch.ts';
import { testEvent } from '../../lambdas/webhooks/deliveries.ts';
import { freshTenantId } from '../setup/fresh-tenant.ts';
import { ChangeStream } from '../support/change-stream.ts';
import { describedTypes, problemsOf } from '../support/event-schemas.ts';
import { ScimClient } from '../support/scim-client.ts';

const stream = new ChangeStream();
let sent: readonly BusinessEvent[];

beforeAll(async () => {
  await stream.open();
  const client = new ScimClient(freshTenantId());
  await client.createTenant();
  const alice = { userName: 'alice@acme.example', externalId: 'alice' };
  const { id } = (await client.post('/Users', alice)).body;
  const group = (await client.post('/Groups', { displayName: 'Dredging' })).body.id;
  const patchUser = (value: object) => client.patchWith(`/Users/${id}`, { op: 'replace', value });
  const patchGroup = (value: object) => client.patchWith(`/Groups/${group}`, { op: 'replace', value });
  const members = { path: 'members', value: [{ value: id }] };
  await patchUser({ displayName: 'Alice' });
  await patchUser({ active: false });
  await patchUser({ active: true });
  await patchUser({ active: false, userName: `0f8fad5bd9cb469fa16570867728950e${alice.userName}` });
  await patchUser({ active: true, userName: alice.userName });
  await patchGroup({ displayName: 'Dredging Crew' });
  await patchGroup({ externalId: 'g-1' });
  await client.patchWith(`/Groups/${group}`, { op: 'add', ...members });
  await stream.settle();
  await resyncTenant(client.incarnation);
  await client.patchWith(`/Groups/${group}`, { op: 'remove', ...members });
  await stream.settle();
  await client.delete(`/Users/${id}`);
  await client.delete(`/Groups/${group}`);
  await stream.settle();
  await publishTokenRotated({ tenant: client.incarnation, keyId: 'new' });
  await publishTokenRetired({ tenant: client.incarnation, keyId: 'old' });
  await publishTokenRefused(
    { tenant: client.incarnation, keyId: 'old' },
    'retired',
    7,
    new AbortController().signal,
  );
  await watchSilence(Date.now() + 27 * 3_600_000);
  await deleteTenant(client.tenant);
  await stream.settle();
  sent = [...stream.events, testEvent(client.incarnation, Date.now())];
});
afterAll(() => stream.close());

test('every event that is sent is as its schema says', () => {
  expect(
    sent.map((event) => ({ event, problems: problemsOf(event) })).filter((each) => each.problems.length),
  ).toEqual([]);
});

test('every type that has a schema is sent, and no other', () => {
  expect([...new Set(sent.map(({ type }) => type))].sort()).toEqual(describedTypes);
});

test.each<[string, (event: BusinessEvent) => object]>([
  ['another member', (event) => ({ ...event, displayName: 'Alice' })],
  [
    'another attribute of the resource',
    (event) => ({ ...event, resource: { ...event.resource, title: 'Dr' } }),
  ],
  ['no id', ({ id: _, ...event }) => event],
  ['no incarnation', ({ incarnation: _, ...event }) => event],
  ['a sequence that is a number', (event) => ({ ...event, sequence: 7 })],
  ['another format', (event) => ({ ...event, version: 2 })],
])('an event with %s is not', (_, change) => {
  for (const event of sent) {
    expect(problemsOf(change(event) as BusinessEvent)).not.toEqual([]);
  }
});

test('the reasons of a refused token are those that the schema knows', () => {
  const refused = sent.find(({ type }) => type === 'tenant.token.refused');
  if (!refused) throw new Error('It was not sent.');
  const problemsWith = (reason: string) => problemsOf(Object.assign({ ...refused }, { reason }));
  expect(refusalCauses.flatMap(problemsWith)).toEqual([]);
  expect(problemsWith('because')).not.toEqual([]);
});
