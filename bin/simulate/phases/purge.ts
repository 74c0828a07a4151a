// Purge (entra-client.md 3.6): DELETE is 204 once, everything after it 404, and the match queries find nobody.

import { patchBody } from '../dialect.ts';
import { provisioned, userNameOf } from '../directory.ts';
import type { Phase } from './phase.ts';

/** Unassigned from the application: disabled, and a group deleted. The purge of users comes 30 days later. */
export const removal: Phase = {
  name: 'removal and purge',
  run: async (cycle) => {
    const unassigned = patchBody(cycle.dialect.operations([{ op: 'replace', path: 'active', value: false }]));
    const users = provisioned(cycle.directory.users);
    // Half of the groups go before their members, half after.
    const groups = provisioned(cycle.directory.groups);
    const half = Math.ceil(groups.length / 2);
    const purge = async (kind: 'Users' | 'Groups', id: string) => {
      await cycle.delete(kind, id);
      await cycle.expectGone(kind, id, 'GET');
      await cycle.expectGone(kind, id, 'DELETE');
    };
    await cycle.each(groups.slice(0, half), ({ id }) => purge('Groups', id));
    await cycle.each(users, async ({ id }, index) => {
      if (index % 5 === 0) await cycle.patchWith('Users', id, unassigned);
      await purge('Users', id);
      if (index % 5 === 0) await cycle.expectGone('Users', id, 'PATCH', unassigned);
    });
    await cycle.each(groups.slice(half), ({ id }) => purge('Groups', id));
  },
};

/** Verifies that nothing of the purged users and groups is left. */
export const afterPurge: Phase = {
  name: 'after the purge',
  run: async (cycle) => {
    await cycle.each(provisioned(cycle.directory.users), async (user, index) => {
      await cycle.expectFound('a purged user is not found', 'Users', `userName eq "${userNameOf(user)}"`, []);
      if (index % 10) return;
      const { externalId } = user.attributes;
      await cycle.expectFound('a purged user is not found', 'Users', `externalId eq "${externalId}"`, []);
    });
    await cycle.each(provisioned(cycle.directory.groups), async ({ displayName, externalId }) => {
      await cycle.expectFound('a purged group is not found', 'Groups', `displayName eq "${displayName}"`, []);
      await cycle.expectFound('a purged group is not found', 'Groups', `externalId eq "${externalId}"`, []);
    });
  },
};
