// Deleting a tenant cannot be undone, so a person types its name and a script says --yes.

import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { Context } from '../command/context.ts';
import { OperatorError } from '../command/operator-error.ts';

/** Returns when the operator typed `tenant`; throws otherwise, and where nobody can be asked. */
export const confirmDeletion = async (tenant: string, { deployment, terminal }: Context): Promise<void> => {
  if (!terminal.stdin.isTTY) {
    throw new OperatorError('Nobody is there to be asked: a script says --yes to delete a tenant.');
  }
  terminal.stderr.write(
    `All users, groups and tokens of ${tenant} on ${deployment.name} will be deleted for good.\nType ${tenant} to go on: `,
  );
  if ((await firstLine(terminal.stdin)).trim() !== tenant) throw new OperatorError('Nothing was deleted.');
};

/** Empty when the input ends before a line does. */
const firstLine = async (input: Readable): Promise<string> => {
  for await (const line of createInterface({ input })) return line;
  return '';
};
