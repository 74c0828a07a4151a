// Deleting a tenant cannot be undone, so a person types its name and a script passes --yes.

import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { Context } from '../command/context.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** Resolves once the operator has typed `tenant`; throws an `OperatorError` otherwise, and where there is no terminal. */
export const confirmDeletion = async (tenant: string, { deployment, terminal }: Context): Promise<void> => {
  if (!terminal.stdin.isTTY) {
    throw new OperatorError(
      'There is no terminal to confirm this on: pass --yes to delete a tenant from a script.',
    );
  }
  terminal.stderr.write(
    `All users, groups and tokens of ${tenant} on ${deployment.name} will be deleted permanently.\nType ${tenant} to continue: `,
  );
  if ((await firstLine(terminal.stdin)).trim() !== tenant) throw new OperatorError('Nothing was deleted.');
};

/** Empty when the input ends before a line does. */
const firstLine = async (input: Readable): Promise<string> => {
  for await (const line of createInterface({ input })) return line;
  return '';
};
