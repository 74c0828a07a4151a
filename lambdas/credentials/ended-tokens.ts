// Makes sure that tokens have ended: reads each as the authorizer does, by its version id, until it has no accepted stage.

import { type Incarnation, tenantOf } from '../platform/tenant.ts';
import { TokenError } from './errors.ts';
import { isSeenInTime } from './read-back.ts';
import { isAccepted, readCurrentToken, readToken } from './token-secret.ts';

/** Resolves once none of the tokens is accepted; throws a `TokenError` (`stillAccepted`) when that is not seen in time. */
export const confirmEnded = async (tenant: Incarnation, keyIds: Iterable<string>): Promise<void> => {
  for (const keyId of keyIds) {
    const isEnded = async () => !isAccepted(await readToken({ tenant, keyId }));
    if (!(await isSeenInTime(isEnded))) throw stillAccepted(tenant, `token ${keyId}`);
  }
};

/** The same for all tokens of a tenant whose secret was deleted. */
export const confirmDeleted = async (tenant: Incarnation): Promise<void> => {
  const isGone = async () => (await readCurrentToken(tenant)) === undefined;
  if (!(await isSeenInTime(isGone))) throw stillAccepted(tenant, 'the token');
};

/** The error for tokens whose end was written but is not seen. */
export const stillAccepted = (tenant: Incarnation, what: string) =>
  new TokenError(
    'stillAccepted',
    `Secrets Manager does not show yet that ${what} of ${tenantOf(tenant)} has ended: it may still be accepted. ` +
      'Repeat this command.',
  );
