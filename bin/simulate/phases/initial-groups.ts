// Initial cycle, groups (entra-client.md 4): match without members, create, then add members in PATCHes of one, several and
// many, which run concurrently on the same group.

import type { Exchange } from '../client.ts';
import type { Cycle } from '../cycle.ts';
import { type DirectoryGroup, groupBody, type Provisioned, provisioned } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { everyNth, type Phase } from './phase.ts';

/** Creates the groups, without members. */
export const initialGroups: Phase = {
  name: 'initial cycle: groups',
  run: (cycle) => cycle.each(cycle.directory.groups, (group, index) => provision(cycle, group, index)),
};

const provision = async (cycle: Cycle, group: DirectoryGroup, index: number): Promise<void> => {
  const filter =
    index % 2 === 0 ? `displayName eq "${group.displayName}"` : `externalId eq "${group.externalId}"`;
  await cycle.expectFound('a new group is not found', 'Groups', filter, []);
  const { id, resource, exchange } = await cycle.create('Groups', groupBody(group));
  group.id = id;
  expectGroup(cycle, group, resource, exchange);
  const read = await cycle.get('Groups', id);
  expectGroup(cycle, group, read.resource, read.exchange);
};

/** The two attributes that Entra compares. */
export const expectGroup = (
  cycle: Cycle,
  group: DirectoryGroup,
  { displayName, externalId }: JsonObject,
  exchange: Exchange,
): void => {
  const { displayName: name, externalId: key } = group;
  cycle.check('displayName is what was written', displayName === name, exchange, {
    wrote: name,
    got: displayName,
  });
  cycle.check('externalId is what was written', externalId === key, exchange, {
    wrote: key,
    got: externalId,
  });
};

const CHUNKS = [1, 1, 5, 1, 100, 20];

/** Chunks of one, several and many, as Entra was seen to send them. */
const chunked = (ids: readonly string[]): string[][] => {
  const chunks: string[][] = [];
  for (let start = 0; start < ids.length; start += chunks.at(-1)?.length ?? 0) {
    chunks.push(ids.slice(start, start + (CHUNKS[chunks.length % CHUNKS.length] as number)));
  }
  return chunks;
};

/** Adds the members; everybody is in the first group, and the others overlap. */
export const initialMembers: Phase = {
  name: 'initial cycle: members',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users).map(({ id }) => id);
    const groups = provisioned(cycle.directory.groups);
    const additions = groups.flatMap((group, index) => {
      // Everybody is in the first group; the others overlap.
      const members = index === 0 ? users : everyNth(users, 7, index);
      return chunked(members).map((ids) => ({ group, ids }));
    });
    await cycle.each(additions, ({ group, ids }) => addMembers(cycle, group, ids));
    const [first, second] = groups;
    if (first && second) await cycle.attempt(() => addMembers(cycle, first, [second.id]));
    await cycle.each(groups, (group) => checkMembers(cycle, group, users));
  },
};

const addMembers = async (cycle: Cycle, group: Provisioned<DirectoryGroup>, ids: string[]): Promise<void> => {
  await cycle.patch('Groups', group.id, cycle.dialect.addMembers(ids));
  for (const id of ids) group.members.add(id);
};

const checkMembers = async (
  cycle: Cycle,
  group: Provisioned<DirectoryGroup>,
  users: string[],
): Promise<void> => {
  await cycle.expectMembers('parallel additions lose no member', group.id, group.members);
  const stranger = users.find((id) => !group.members.has(id));
  const asked = [...everyNth([...group.members], 10), ...(stranger ? [stranger] : [])];
  for (const id of asked) {
    const isMember = group.members.has(id);
    await cycle.expectMembership('the membership check tells members from others', group.id, id, isMember);
    const swapped = `members eq "${id}" and id eq "${group.id}"`;
    const found = isMember ? [group.id] : [];
    await cycle.expectIdsFound('the membership check in the other order', 'Groups', swapped, found);
  }
};
