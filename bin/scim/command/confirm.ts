// What cannot be undone is confirmed: a person types the tenant's name, and a script passes --yes.

import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { OperatorError } from '../errors/operator-error.ts';
import type { Context } from './context.ts';
import { flag } from './define-command.ts';

/** The option of every command that asks. */
export const yes = flag('Do not ask for confirmation');

/**
 * Resolves once the operator has typed `tenant`, or at once with --yes; throws an `OperatorError` otherwise, and where there is
 * no terminal. `consequence` is the sentence that the operator confirms.
 */
export const confirm = async (
  tenant: string,
  consequence: string,
  { options, terminal }: Context<{ yes?: boolean }>,
): Promise<void> => {
  if (options.yes) return;
  if (!terminal.stdin.isTTY) {
    throw new OperatorError(
      `${consequence} There is no terminal to confirm this on: pass --yes in a script.`,
    );
  }
  terminal.stderr.write(`${consequence}\nType ${tenant} to continue: `);
  if ((await firstLine(terminal.stdin)).trim() !== tenant) throw new OperatorError('Nothing was changed.');
};

/** Empty when the input ends before a line does. */
const firstLine = async (input: Readable): Promise<string> => {
  for await (const line of createInterface({ input })) return line;
  return '';
};
