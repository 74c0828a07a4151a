// Disable and re-enable (entra-client.md 3.6, rules 8, 11, 24): all spellings of op and boolean; a disabled user stays
// visible and keeps the memberships.

import type { Cycle } from '../cycle.ts';
import { type DirectoryUser, type Provisioned, provisioned, userNameOf } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { everyNth, type Phase } from './phase.ts';
import { patchUser } from './written.ts';

type User = Provisioned<DirectoryUser>;

const SPELLINGS: readonly ((active: boolean) => JsonObject)[] = [
  (active) => ({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
  (active) => ({ op: 'Replace', path: 'active', value: active }),
  (active) => ({ op: 'replace', path: 'active', value: active ? 'True' : 'False' }),
  (active) => ({ op: 'replace', path: 'active', value: active }),
  (active) => ({ op: 'replace', value: { active } }),
  (active) => ({ op: 'Add', path: 'active', value: active ? 'True' : 'False' }),
];

/** Disables every tenth user and enables it again, each with another spelling. */
export const disabling: Phase = {
  name: 'disable and re-enable',
  run: (cycle) =>
    cycle.each(everyNth(provisioned(cycle.directory.users), 10, 3), (user, index) =>
      disableAndEnable(cycle, user, SPELLINGS[index % SPELLINGS.length] as (typeof SPELLINGS)[number]),
    ),
};

const disableAndEnable = async (
  cycle: Cycle,
  user: User,
  spelling: (active: boolean) => JsonObject,
): Promise<void> => {
  const name = `userName eq "${userNameOf(user)}"`;
  const group = provisioned(cycle.directory.groups).find(({ members }) => members.has(user.id));
  // Twice each way: a user that is disabled already may be disabled again.
  for (const active of [false, false, true, true]) {
    await patchUser(cycle, user, { attributes: { active } }, [spelling(active)]);
    await cycle.expectFound('a disabled user stays visible', 'Users', name, [user.id]);
    if (group) await cycle.expectMembership('a disabled user stays a member', group.id, user.id, true);
  }
};
