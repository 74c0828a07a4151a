// What Microsoft's SCIM validator sends about groups (entra-client.md 6.1).

import { randomBytes } from 'node:crypto';
import type { Cycle } from '../cycle.ts';
import { provisioned } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import type { Phase } from './phase.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const randomText = (): string => randomBytes(6).toString('hex');

interface Sample {
  readonly id: string;
  readonly displayName: string;
  readonly body: JsonObject;
}

/** The validator's group tests. */
export const validatorGroups: Phase = {
  name: 'validator: groups',
  only: 'standard',
  run: (cycle) => cycle.each([createAndFilter, replaceAttributes, changeMembers], (test) => test(cycle)),
};

const create = async (cycle: Cycle): Promise<Sample> => {
  const displayName = `validator ${randomText()} (${cycle.directory.domain})`;
  const body = { displayName, externalId: randomText(), schemas: [CORE] };
  const { id } = await cycle.create('Groups', body);
  return { id, displayName, body };
};

const createAndFilter = async (cycle: Cycle): Promise<void> => {
  const { id, displayName, body } = await create(cycle);
  await cycle.expectConflict('Groups', 'displayName', body);
  await cycle.get('Groups', id);
  await cycle.expectFound('a filter finds the group', 'Groups', `displayName eq "${displayName}"`, [id]);
  const upper = `displayName eq "${displayName.toUpperCase()}"`;
  await cycle.expectFound('a filter in upper case finds the group', 'Groups', upper, [id]);
  await cycle.expectFound(
    'a filter for no group',
    'Groups',
    `displayName eq "nonexistent${randomText()}"`,
    [],
  );
  await cycle.delete('Groups', id);
  await cycle.expectGone('Groups', id, 'GET');
  await cycle.expectGone('Groups', id, 'DELETE');
};

const replaceAttributes = async (cycle: Cycle): Promise<void> => {
  const { id } = await create(cycle);
  const displayName = `validator ${randomText()} (${cycle.directory.domain})`;
  const externalId = randomText();
  await cycle.patch('Groups', id, [{ op: 'replace', value: { displayName } }]);
  await cycle.patch('Groups', id, [{ op: 'replace', value: { externalId } }]);
  const { resource, exchange } = await cycle.get('Groups', id);
  cycle.check(
    'displayName is reflected',
    resource.displayName === displayName,
    exchange,
    resource.displayName,
  );
  cycle.check('externalId is reflected', resource.externalId === externalId, exchange, resource.externalId);
  await cycle.delete('Groups', id);
};

const changeMembers = async (cycle: Cycle): Promise<void> => {
  const [one, two] = provisioned(cycle.directory.users);
  if (!one || !two) return;
  const { id } = await create(cycle);
  const replace = (...values: string[]): JsonObject => ({
    op: 'replace',
    path: 'members',
    value: values.map((value) => ({ value })),
  });
  await cycle.patch('Groups', id, [replace(one.id)]);
  await cycle.expectMembers('replace of members makes them the members', id, [one.id]);
  await cycle.patch('Groups', id, [replace(one.id, two.id)]);
  await cycle.expectMembers('replace of members makes them the members', id, [one.id, two.id]);
  await cycle.patch('Groups', id, [{ op: 'remove', path: `members[value eq "${one.id}"]` }]);
  await cycle.expectMembers('remove of one member leaves the other', id, [two.id]);
  await cycle.patch('Groups', id, [
    ...cycle.dialect.addMembers([one.id]),
    ...cycle.dialect.removeMembers([one.id]),
  ]);
  await cycle.expectMembers('add and remove of one member in one PATCH', id, [two.id]);
  await cycle.delete('Groups', id);
};
