// Soft delete in the directory and restore (entra-client.md 3.6, rule 23): one PATCH puts the object id before the
// userName and disables; the restore brings both back to the same id.

import type { Cycle } from '../cycle.ts';
import { patchBody } from '../dialect.ts';
import {
  type DirectoryUser,
  inventDirectory,
  type Provisioned,
  provisioned,
  userBody,
  userNameOf,
} from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { everyNth, type Phase } from './phase.ts';
import { patchUser } from './written.ts';

type User = Provisioned<DirectoryUser>;

/** Deletes and restores users; a new user may take the name that a deletion freed. */
export const softDelete: Phase = {
  name: 'soft delete and restore',
  run: async (cycle) => {
    const chosen = everyNth(provisioned(cycle.directory.users), 12, 4);
    await cycle.each(chosen, (user) => deleteAndRestore(cycle, user));
    const newcomers = inventDirectory(5, 0, `newcomer.${cycle.directory.domain}`).users;
    await cycle.each(chosen.slice(0, newcomers.length), (user, index) =>
      freedName(cycle, user, newcomers[index] as DirectoryUser),
    );
  },
};

const toState = (cycle: Cycle, userName: string, active: boolean): JsonObject[] =>
  cycle.dialect.operations([
    { op: 'replace', path: 'userName', value: userName },
    { op: 'replace', path: 'active', value: active },
  ]);

const bury = async (cycle: Cycle, user: User): Promise<void> => {
  const userName = `${user.objectId.replaceAll('-', '')}${userNameOf(user)}`;
  await patchUser(cycle, user, { attributes: { userName, active: false } }, toState(cycle, userName, false));
};

const restore = async (cycle: Cycle, user: User, userName: string): Promise<void> => {
  await patchUser(cycle, user, { attributes: { userName, active: true } }, toState(cycle, userName, true));
};

const deleteAndRestore = async (cycle: Cycle, user: User): Promise<void> => {
  const name = userNameOf(user);
  const groups = provisioned(cycle.directory.groups).filter(({ members }) => members.has(user.id));
  const expectMembership = async (rule: string) => {
    for (const group of groups) await cycle.expectMembership(rule, group.id, user.id, true);
  };
  await expectMembership('the user is a member before the soft delete');
  await bury(cycle, user);
  await cycle.expectFound('a soft deleted user has left the name', 'Users', `userName eq "${name}"`, []);
  const buried = `userName eq "${userNameOf(user)}"`;
  await cycle.expectFound('a soft deleted user stays visible', 'Users', buried, [user.id]);
  await expectMembership('a soft deleted user stays a member');
  await restore(cycle, user, name);
  await cycle.expectFound('a restored user has the name and the id', 'Users', `userName eq "${name}"`, [
    user.id,
  ]);
  await expectMembership('a restored user is still a member');
};

/** Somebody else gets the freed name: the restore conflicts until they are gone (onyx#14074). */
const freedName = async (cycle: Cycle, user: User, newcomer: DirectoryUser): Promise<void> => {
  const name = userNameOf(user);
  await bury(cycle, user);
  newcomer.attributes = { ...newcomer.attributes, userName: name };
  const { id } = await cycle.create('Users', userBody(newcomer));
  await cycle.expectConflict('Users', 'userName', patchBody(toState(cycle, name, true)), user.id);
  await cycle.delete('Users', id);
  await restore(cycle, user, name);
};
