// Test Connection (entra-client.md 1.1): can the service be reached, and does it refuse correctly?

import { randomUUID } from 'node:crypto';
import type { Cycle } from '../cycle.ts';
import type { Phase } from './phase.ts';

/** What Entra does before it saves the credentials, and at the start of every cycle. */
export const connection: Phase = {
  name: 'test connection',
  run: async (cycle) => {
    const probes = ['userName', 'externalId', 'emails[type eq "work"].value'];
    await cycle.each(probes, (attribute) =>
      cycle.expectFound('a probe finds nobody', 'Users', `${attribute} eq "${randomUUID()}"`, []),
    );
    const groupProbes = ['displayName', 'externalId'];
    await cycle.each(groupProbes, (attribute) =>
      cycle.expectFound('a probe finds no group', 'Groups', `${attribute} eq "${randomUUID()}"`, []),
    );
    await cycle.each(['Users', 'Groups'] as const, (kind) => cycle.expectGone(kind, randomUUID(), 'GET'));
    await cycle.each(['/Users', '/Users/'], (path) => probeWithFlag(cycle, path));
    await cycle.each(['', 'not-a-token', `${'eyJhbGciOiJub25lIn0'}.${randomUUID()}.x`], (token) =>
      refused(cycle, token),
    );
  },
};

/** It is not documented whether the feature flag and a trailing slash reach the server: neither may break anything (1.2). */
const probeWithFlag = async (cycle: Cycle, path: string): Promise<void> => {
  const query = { aadOptscim062020: '', filter: `userName eq "${randomUUID()}"` };
  await cycle.send({ method: 'GET', path, query }, { kind: 'Users', status: [200], list: true });
};

const refused = async (cycle: Cycle, token: string): Promise<void> => {
  const query = { filter: `userName eq "${randomUUID()}"` };
  const exchange = await cycle.send(
    { method: 'GET', path: '/Users', query, token },
    { kind: 'Users', status: [401] },
  );
  const challenge = exchange.headers['www-authenticate'] ?? '';
  cycle.check('401 has WWW-Authenticate: Bearer', /^Bearer\b/i.test(challenge), exchange, challenge);
};
