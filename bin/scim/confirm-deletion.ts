// Deleting a tenant cannot be undone, so a person types its name and a script says --yes.

import { createInterface } from 'node:readline/promises';
import type { Context } from './context.ts';
import { OperatorError } from './operator-error.ts';

/** Returns when the operator typed `tenant`; throws otherwise, and where nobody can be asked. */
export const confirmDeletion = async (tenant: string, { deployment, terminal }: Context): Promise<void> => {
  if (!terminal.stdin.isTTY) {
    throw new OperatorError('Nobody is there to be asked: a script says --yes to delete a tenant.');
  }
  const prompt = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const question = `All users, groups and tokens of ${tenant} on ${deployment.name} will be deleted for good.\nType ${tenant} to go on: `;
  const ended = new Promise<undefined>((resolve) => prompt.once('close', () => resolve(undefined)));
  const answer = await Promise.race([prompt.question(question), ended]);
  prompt.close();
  if (answer?.trim() !== tenant) throw new OperatorError('Nothing was deleted.');
};
