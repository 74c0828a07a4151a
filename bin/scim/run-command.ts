// Runs one command: on the deployment that the options name, or, with several cells, on the one that the command is for.

import {
  type CellOptions,
  cellsFor,
  chosenCell,
  enterCell,
  findCellOf,
  mustBeNamed,
} from './cells/choose-cell.ts';
import type { Answer } from './command/answer.ts';
import { parseTenantId, type Terminal } from './command/context.ts';
import type { Command } from './command/define-command.ts';
import { hasLocalRun, nameOfStack, openDeployment } from './deployment/deployment.ts';

/** The options that every command has. */
export interface GlobalOptions extends CellOptions {
  readonly json?: boolean;
}

/** One command as it was typed. */
export interface Call {
  /** Those of the command line and of the command. */
  readonly options: GlobalOptions & Readonly<Record<string, unknown>>;
  /** In order; an optional one that was not given is undefined. */
  readonly args: readonly (string | undefined)[];
  readonly terminal: Terminal;
}

/**
 * Resolves to the answer to print; undefined when the command has printed everything itself. `onTarget` gets the name of the
 * deployment that the command runs on, before it runs.
 */
export const runCommand = async (
  command: Command,
  { options, args: given, terminal }: Call,
  onTarget: (name: string) => void,
): Promise<Answer | undefined> => {
  const args = command.args.map((name, at) => {
    const value = given[at];
    return /^.tenant.$/.test(name) && value !== undefined ? parseTenantId(value) : value;
  });
  const cells = cellsFor(options);
  const named = cells && chosenCell(cells, options);
  if (cells && named === undefined && command.runOnCells) {
    onTarget(`the cells ${Object.keys(cells.byName).join(', ')}`);
    return command.runOnCells(cells);
  }
  const tenant = command.findsCell ? args[0] : undefined;
  const cell =
    cells &&
    (named ?? (tenant === undefined ? mustBeNamed(cells) : await findCellOf(cells, parseTenantId(tenant))));
  const target = cells && cell !== undefined ? enterCell(cells, cell) : options;
  if (command.runBeforeDeployment) {
    const isLocal =
      target.local || target.port !== undefined || (target.stack === undefined && hasLocalRun());
    if (!isLocal) onTarget(nameOfStack(target));
    return command.runBeforeDeployment(target, options);
  }
  const deployment = await openDeployment(target);
  onTarget(deployment.name);
  return command.run?.({ deployment, options, terminal }, ...args);
};
