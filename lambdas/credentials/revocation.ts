// Revokes all tokens of a tenant at once, for when one has leaked.

import type { Incarnation } from '../platform/tenant.ts';
import { readUntil } from './read-until.ts';
import { isRevocation, newRevocationKey } from './revocation-key.ts';
import { isAccepted, readStages, readToken, type TokenStages } from './token-secret.ts';
import { putRevocation, removeStage, stillAccepted } from './write-token-secret.ts';

/** A token that is rotated in meanwhile takes another round. */
const ROUNDS = 3;

/**
 * Revokes every token of the tenant, the current one too; returns the key ids accepted until now. Idempotent. Any read may be
 * older than the last rotation, or than the last revocation, so only one that shows this revocation counts. Throws a
 * `TokenError` (`stillAccepted`) if none shows that nothing else is accepted.
 */
export const revokeTokens = async (tenant: Incarnation): Promise<readonly string[]> => {
  const before = await readStages(tenant);
  const ended = new Set([before.current, before.previous].filter(isToken));
  for (let round = 0; round < ROUNDS; round++) {
    if (!(await revokeCurrent(tenant, ended))) continue;
    const read = () => Promise.all([...ended].map((keyId) => readToken({ tenant, keyId })));
    if (await readUntil(read, (versions) => !versions.some(isAccepted))) return [...ended];
    break;
  }
  throw stillAccepted(tenant);
};

/**
 * Puts a new revocation and removes what it leaves; adds the tokens that it meets to `ended`. False when the current version is
 * neither the revocation nor known by then: a token that was rotated in.
 */
const revokeCurrent = async (tenant: Incarnation, ended: Set<string>): Promise<boolean> => {
  // New in each round: putting the same version again would not move the stage.
  const revocation = newRevocationKey();
  await putRevocation(tenant, revocation);
  const readStagesThat = async (isSeen: (stages: TokenStages) => boolean) => {
    const isNew = ({ current }: TokenStages) => isToken(current) && !ended.has(current);
    const found = await readUntil(
      () => readStages(tenant),
      (stages) => isNew(stages) || (stages.current === revocation && isSeen(stages)),
    );
    if (!found) throw stillAccepted(tenant);
    if (!isNew(found)) return found;
    ended.add(String(found.current));
    return undefined;
  };
  const left = await readStagesThat(() => true);
  if (!left) return false;
  const { previous, pending } = left;
  if (previous !== undefined) {
    // The current token has become the previous one.
    ended.add(previous);
    await removeStage(tenant, 'AWSPREVIOUS', previous);
  }
  if (pending !== undefined) await removeStage(tenant, 'AWSPENDING', pending);
  return (await readStagesThat((stages) => (stages.previous ?? stages.pending) === undefined)) !== undefined;
};

const isToken = (keyId: string | undefined): keyId is string => keyId !== undefined && !isRevocation(keyId);
