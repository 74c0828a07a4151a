// Changes to groups themselves (entra-client.md 4): rename, externalId, names that are taken; the members stay.

import type { Cycle } from '../cycle.ts';
import { patchBody } from '../dialect.ts';
import { type DirectoryGroup, groupBody, type Provisioned, provisioned } from '../directory.ts';
import { expectGroup } from './initial-groups.ts';
import type { Phase } from './phase.ts';

type Group = Provisioned<DirectoryGroup>;

/** Changes every group, then tries to give each the name of its predecessor. */
export const groupChanges: Phase = {
  name: 'group changes',
  run: async (cycle) => {
    const groups = provisioned(cycle.directory.groups);
    await cycle.each(groups, (group, index) => change(cycle, group, index));
    await cycle.each(groups.slice(1), (group, index) => takenName(cycle, group, groups[index] as Group));
  },
};

const change = async (cycle: Cycle, group: Group, index: number): Promise<void> => {
  const old = group.displayName;
  const displayName = `Renamed ${old}`;
  const externalId = `moved-${group.objectId}`;
  // Both at once in every third group: without a path in the standard dialect.
  const together = index % 3 === 0;
  await update(cycle, group, together ? { displayName, externalId } : { displayName });
  await cycle.expectFound('the old displayName finds no group', 'Groups', `displayName eq "${old}"`, []);
  const upper = `displayName eq "${displayName.toUpperCase()}"`;
  await cycle.expectFound('the new displayName finds the group in any case', 'Groups', upper, [group.id]);
  if (!together) await update(cycle, group, { externalId });
  const byExternalId = `externalId eq "${externalId}"`;
  await cycle.expectFound('the new externalId finds the group', 'Groups', byExternalId, [group.id]);
  await cycle.expectMembers('changes to a group keep its members', group.id, group.members);
};

const update = async (cycle: Cycle, group: Group, news: Readonly<Record<string, string>>): Promise<void> => {
  const changes = Object.entries(news).map(([path, value]) => ({ op: 'replace', path, value }) as const);
  await cycle.patch('Groups', group.id, cycle.dialect.operations(changes));
  Object.assign(group, news);
  const { resource, exchange } = await cycle.get('Groups', group.id);
  expectGroup(cycle, group, resource, exchange);
};

const takenName = async (cycle: Cycle, group: Group, owner: Group): Promise<void> => {
  // Group names are not unique in Entra; a server may allow that as long as the externalIds differ.
  const body = patchBody(
    cycle.dialect.operations([
      { op: 'replace', path: 'displayName', value: owner.displayName },
      { op: 'replace', path: 'externalId', value: owner.externalId },
    ]),
  );
  await cycle.expectConflict('Groups', 'displayName', body, group.id);
  await cycle.expectConflict('Groups', 'displayName', groupBody(owner));
  const { resource, exchange } = await cycle.get('Groups', group.id);
  expectGroup(cycle, group, resource, exchange);
};
