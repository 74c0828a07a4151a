// Membership changes (entra-client.md 3.5, 4; rules 15, 26, 27) in both dialects at the same time: provision on demand
// speaks the legacy one whatever the flag says (1.2).

import type { Cycle } from '../cycle.ts';
import { legacy, standard } from '../dialect.ts';
import { type DirectoryGroup, type Provisioned, provisioned } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { everyNth, type Phase } from './phase.ts';

type Group = Provisioned<DirectoryGroup>;

/** Changes every group one member at a time, then the first one by concurrent requests. */
export const membershipChanges: Phase = {
  name: 'membership changes',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users).map(({ id }) => id);
    const groups = provisioned(cycle.directory.groups);
    await cycle.each(groups, (group) => changeOneByOne(cycle, group, users));
    const [first] = groups;
    if (first) await changeInParallel(cycle, first, users);
  },
};

const changeOneByOne = async (cycle: Cycle, group: Group, users: readonly string[]): Promise<void> => {
  const [a, b, c, d, e, ...rest] = group.members;
  const stranger = users.find((id) => !group.members.has(id));
  if (!a || !b || !c || !d || !e) return;
  const change = async (rule: string, operations: JsonObject[], gone: string[], come: string[] = []) => {
    await cycle.patch('Groups', group.id, operations);
    for (const id of gone) group.members.delete(id);
    for (const id of come) group.members.add(id);
    await cycle.expectMembers(rule, group.id, group.members);
  };
  await change('Remove with a value removes only that member', legacy.removeMembers([a]), [a]);
  await change('Remove with several values removes only those', legacy.removeMembers([b, c]), [b, c]);
  await change('remove with a filter removes only that member', standard.removeMembers([d]), [d]);
  await change('removing an absent member succeeds', legacy.removeMembers([a]), []);
  await change('removing an absent member by filter succeeds', standard.removeMembers([d]), []);
  await change('adding a present member succeeds', cycle.dialect.addMembers([e]), []);
  const back = [...cycle.dialect.addMembers([a, b, e]), ...cycle.dialect.addMembers([a])];
  await change('present and absent members are added together', back, [], [a, b]);
  const swap = [...cycle.dialect.addMembers([c, d]), ...cycle.dialect.removeMembers([a, d])];
  await change('add and remove in one PATCH apply in their order', swap, [a, d], [c]);
  const reverse = [...cycle.dialect.removeMembers([b, e]), ...cycle.dialect.addMembers([b, a, d])];
  await change('remove and add in one PATCH apply in their order', reverse, [e], [b, a, d]);
  if (stranger)
    await change('a stranger becomes a member', cycle.dialect.addMembers([stranger]), [], [stranger]);
  for (const id of [a, e, ...rest.slice(0, 1)]) {
    const isMember = group.members.has(id);
    await cycle.expectMembership('the membership check sees the change', group.id, id, isMember);
  }
};

/** Many PATCHes of one group at once, some in each dialect: no update may be lost. */
const changeInParallel = async (cycle: Cycle, group: Group, users: readonly string[]): Promise<void> => {
  const leaving = everyNth(users, 6, 1).filter((id) => group.members.has(id));
  await cycle.each(leaving, async (id, index) => {
    const dialect = index % 2 ? legacy : standard;
    await cycle.patch('Groups', group.id, dialect.removeMembers([id]));
    group.members.delete(id);
  });
  await cycle.expectMembers('parallel removals lose nothing', group.id, group.members);
  const returning = everyNth(leaving, 2);
  const staying = everyNth(users, 6, 2).filter((id) => group.members.has(id));
  await cycle.each([...returning, ...staying.slice(0, returning.length)], async (id, index) => {
    const dialect = index % 2 ? legacy : standard;
    const joins = returning.includes(id);
    await cycle.patch('Groups', group.id, joins ? dialect.addMembers([id]) : dialect.removeMembers([id]));
    if (joins) group.members.add(id);
    else group.members.delete(id);
  });
  await cycle.expectMembers('parallel additions and removals lose nothing', group.id, group.members);
};
