// Which cell a command is for: the one it names, the only one, or the one that has the tenant.

import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import { type DeploymentOptions, hasLocalRun } from '../deployment/deployment.ts';
import { OperatorError, UsageError } from '../errors/operator-error.ts';
import { askCells } from './ask-cells.ts';
import { type Cells, findCell, readCells } from './cells.ts';

/** The options that choose a deployment, directly or by its cell. */
export interface CellOptions extends DeploymentOptions {
  /** The name of a cell. */
  readonly cell?: string;
  /** The path of a cells file. */
  readonly cells?: string;
}

/** The cells that a command may run on; undefined when the command line names one deployment, or there is no cells file. */
export const cellsFor = (options: CellOptions): Cells | undefined => {
  const named = options.cell !== undefined || options.cells !== undefined;
  const elsewhere = options.stack !== undefined || options.local || options.port !== undefined;
  if (named && elsewhere) {
    throw new UsageError(
      '--cell and --cells cannot be combined with --stack, --local or --port: choose one.',
    );
  }
  // A local run takes precedence, as for every command: somebody is working with it.
  if (elsewhere || (!named && hasLocalRun())) return undefined;
  const cells = readCells(options.cells);
  if (!cells && named) {
    throw new OperatorError(
      'There is no scim.cells.json in this directory: name the cells file with --cells.',
    );
  }
  return cells;
};

/** The cell that is named, or the only one; undefined when there are several. */
export const chosenCell = ({ byName }: Cells, { cell }: CellOptions): string | undefined => {
  const names = Object.keys(byName);
  return cell ?? (names.length === 1 ? names[0] : undefined);
};

/** The cell that has the tenant; throws an `OperatorError` when none or several have it. */
export const findCellOf = async (cells: Cells, tenant: TenantId): Promise<string> => {
  const answers = await askCells(cells, ['tenant', 'exists', tenant]);
  const having = answers.flatMap(({ cell, json }) => ((json as { exists: boolean }).exists ? [cell] : []));
  const [only, ...others] = having;
  if (only === undefined) {
    const names = answers.map(({ cell }) => cell).join(', ');
    throw new OperatorError(`There is no tenant ${tenant} in any cell (${names}).`);
  }
  if (others.length === 0) return only;
  throw new OperatorError(
    `Tenant ${tenant} is in several cells (${having.join(', ')}): choose one with --cell.`,
  );
};

/** For a command about a whole deployment, or one that creates something: throws a `UsageError`. */
export const mustBeNamed = ({ byName }: Cells): never => {
  throw new UsageError(
    `There are several cells (${Object.keys(byName).join(', ')}): choose one with --cell.`,
  );
};

/** Points the environment, which the AWS SDK reads, at the cell's region and profile, and returns what to open. */
export const enterCell = (cells: Cells, name: string): DeploymentOptions => {
  const cell = findCell(cells, name);
  if ('port' in cell) return { port: cell.port, name: `cell ${name}` };
  const { stack, region, profile } = cell;
  process.env.AWS_REGION = region;
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
    // Keys in the environment would take precedence over the profile, and may belong to another account.
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      delete process.env[key];
    }
  }
  return { stack, name: `cell ${name}` };
};
