// Initial cycle, references of users (entra-client.md 3.7): the manager in every shape that Entra was seen to send.

import type { Cycle } from '../cycle.ts';
import { type DirectoryUser, type Provisioned, provisioned } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { ENTERPRISE } from '../mapping.ts';
import type { Phase } from './phase.ts';
import { everyNth } from './phase.ts';
import { patchUser } from './written.ts';

const MANAGER = `${ENTERPRISE}:manager`;
type Shape = (id: string, tenantUrl: string) => JsonObject;

const LEGACY: readonly Shape[] = [
  (value) => ({ op: 'Add', path: MANAGER, value }),
  (value) => ({ op: 'Replace', path: MANAGER, value }),
  (value) => ({ op: 'Replace', path: MANAGER, value: { value } }),
  (value, url) => ({ op: 'Add', path: 'manager', value: [{ $ref: `${url}/Users/${value}`, value }] }),
];
const STANDARD: readonly Shape[] = [
  (value) => ({ op: 'add', path: MANAGER, value }),
  (value) => ({ op: 'replace', value: { [MANAGER]: value } }),
  (value) => ({ op: 'replace', path: MANAGER, value: { value } }),
  (value) => ({ op: 'add', value: { [MANAGER]: { value } } }),
];

/** Sets the managers: a tree of seven reports each. */
export const initialManagers: Phase = {
  name: 'initial cycle: managers',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users);
    // A tree of seven reports each; some keep the manager that came as text.
    const withManager = users
      .slice(1)
      .filter(({ shape }, index) => shape !== 'manager as text' || index % 2 === 0);
    await cycle.each(withManager, (user, index) => {
      const boss = users[Math.floor(users.indexOf(user) / 7)];
      return boss && boss !== user ? assign(cycle, user, boss, index) : Promise.resolve();
    });
    await cycle.each(everyNth(withManager, 5), (user) => referenceCheck(cycle, user));
  },
};

const assign = (
  cycle: Cycle,
  user: Provisioned<DirectoryUser>,
  boss: Provisioned<DirectoryUser>,
  index: number,
): Promise<unknown> => {
  const shapes = cycle.dialect.name === 'legacy' ? LEGACY : STANDARD;
  const shape = shapes[index % shapes.length] as Shape;
  return patchUser(cycle, user, { manager: boss }, [shape(boss.id, cycle.client.tenantUrl)]);
};

/** "Is this still the manager?": in both orders, and not for somebody else (entra-client.md 3.2). */
const referenceCheck = async (cycle: Cycle, user: Provisioned<DirectoryUser>): Promise<void> => {
  if (typeof user.manager !== 'object' || !user.manager.id) return;
  const [id, manager] = [`id eq "${user.id}"`, `manager eq "${user.manager.id}"`];
  await cycle.expectIdsFound('the manager check finds the user', 'Users', `${id} and ${manager}`, [user.id]);
  await cycle.expectIdsFound('the manager check in the other order', 'Users', `${manager} and ${id}`, [
    user.id,
  ]);
  const other = `${id} and manager eq "${user.id}"`;
  await cycle.expectIdsFound('the manager check denies another manager', 'Users', other, []);
};
