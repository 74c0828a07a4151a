// Matching (entra-client.md 3.2): every attribute that an administrator may choose finds the one user, in any case.

import type { Cycle } from '../cycle.ts';
import { type DirectoryUser, type Provisioned, provisioned, userNameOf } from '../directory.ts';
import { everyNth, type Phase } from './phase.ts';

/** Queries for a third of the users and for all groups. */
export const matching: Phase = {
  name: 'matching',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users);
    const groups = provisioned(cycle.directory.groups);
    await cycle.each(everyNth(users, 3), (user) => matchUser(cycle, user, users));
    await cycle.each(groups, async ({ id, displayName, externalId }) => {
      const upper = displayName.toUpperCase();
      await cycle.expectFound('displayName finds the group', 'Groups', `displayName eq "${displayName}"`, [
        id,
      ]);
      await cycle.expectFound('displayName matches in any case', 'Groups', `displayName eq "${upper}"`, [id]);
      await cycle.expectFound('externalId finds the group', 'Groups', `externalId eq "${externalId}"`, [id]);
    });
  },
};

const matchUser = async (
  cycle: Cycle,
  user: Provisioned<DirectoryUser>,
  users: readonly Provisioned<DirectoryUser>[],
): Promise<void> => {
  const { externalId } = user.attributes;
  const [name, email] = [userNameOf(user), user.attributes['emails[type eq "work"].value']];
  const sharing = users.filter(({ attributes }) => attributes.externalId === externalId).map(({ id }) => id);
  await cycle.expectFound('userName finds the user', 'Users', `userName eq "${name}"`, [user.id]);
  const upper = `userName eq "${name.toUpperCase()}"`;
  await cycle.expectFound('userName matches in any case', 'Users', upper, [user.id]);
  await cycle.expectFound(
    'externalId finds all who share it',
    'Users',
    `externalId eq "${externalId}"`,
    sharing,
  );
  const work = `emails[type eq "work"].value eq "${email}"`;
  await cycle.expectFound('the work e-mail finds the user', 'Users', work, [user.id]);
};
