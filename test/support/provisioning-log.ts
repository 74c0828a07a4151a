// The provisioning log of a tenant, and the entries that an action adds.

import { type LogCondition, type LogSpan, openLog } from '../../lambdas/log/read.ts';
import type { Answer, ScimClient } from './scim-client.ts';

export const logOf = async ({ incarnation }: ScimClient, asked: LogCondition & LogSpan = {}) =>
  (await openLog(incarnation, asked))(asked);

/** The entries that `act` adds. */
export const logged = async (client: ScimClient, act: () => Promise<Answer>) => {
  const before = await logOf(client);
  const answer = await act();
  return { answer, entries: (await logOf(client)).slice(before.length) };
};

/** The id of the request, as the client is told it. */
export const requestIdOf = ({ headers }: Answer): string => headers['X-Request-Id'] ?? '';
