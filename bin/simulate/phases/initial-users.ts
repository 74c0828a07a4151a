// Initial cycle, users (entra-client.md 3.1, 3.4): a match query that finds nobody, then the POST.

import type { Cycle } from '../cycle.ts';
import { type DirectoryUser, userBody, userNameOf } from '../directory.ts';
import type { Phase } from './phase.ts';
import { expectWritten } from './written.ts';

/** Creates all users of the directory. */
export const initialUsers: Phase = {
  name: 'initial cycle: users',
  run: (cycle) => cycle.each(cycle.directory.users, (user) => provision(cycle, user)),
};

const provision = async (cycle: Cycle, user: DirectoryUser): Promise<void> => {
  await cycle.expectFound('a new user is not found', 'Users', `userName eq "${userNameOf(user)}"`, []);
  const { id, resource, exchange } = await cycle.create('Users', userBody(user));
  user.id = id;
  expectWritten(cycle, user, resource, exchange);
};
