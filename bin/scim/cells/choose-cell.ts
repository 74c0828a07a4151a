// Which cell a command is for: the one it names, the only one, or the one that has the tenant.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { OperatorError, UsageError } from '../command/operator-error.ts';
import { type DeploymentOptions, hasLocalRun } from '../deployment/deployment.ts';
import { askCells } from './ask-cells.ts';
import { type Cells, findCell, readCells } from './cells.ts';

export interface CellOptions extends DeploymentOptions {
  readonly cell?: string;
  readonly cells?: string;
}

/** The cells that a command may be for; undefined where the command line means one deployment, or there is no file of cells. */
export const cellsFor = (options: CellOptions): Cells | undefined => {
  const named = options.cell !== undefined || options.cells !== undefined;
  const elsewhere = options.stack !== undefined || options.local || options.port !== undefined;
  if (named && elsewhere) {
    throw new UsageError(
      '--cell and --cells mean a deployment of the file; --stack, --local and --port mean another: choose.',
    );
  }
  // A local run is what somebody works with at the moment, as for every command.
  if (elsewhere || (!named && hasLocalRun())) return undefined;
  const cells = readCells(options.cells);
  if (!cells && named) {
    throw new OperatorError('There is no scim.cells.json in this directory: name the file with --cells.');
  }
  return cells;
};

/** The name of the cell that the command is for; undefined when it would be for several. */
export const chosenCell = ({ byName }: Cells, { cell }: CellOptions): string | undefined => {
  const names = Object.keys(byName);
  return cell ?? (names.length === 1 ? names[0] : undefined);
};

/** The cell that has the tenant; throws a sentence when none has it, or two. */
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
    `Tenant ${tenant} is in several cells (${having.join(', ')}): say which one with --cell.`,
  );
};

/** For a command that concerns a whole deployment, or makes something. */
export const mustBeNamed = ({ byName }: Cells): never => {
  throw new UsageError(
    `There are several cells (${Object.keys(byName).join(', ')}): say which one with --cell.`,
  );
};

/** Points the session at the cell, and says what to open: the AWS SDK reads both from the environment. */
export const enterCell = (cells: Cells, name: string): DeploymentOptions => {
  const cell = findCell(cells, name);
  if ('port' in cell) return { port: cell.port, name: `cell ${name}` };
  const { stack, region, profile } = cell;
  process.env.AWS_REGION = region;
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
    // Keys in the environment would go before the profile, and may be of another account.
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      delete process.env[key];
    }
  }
  return { stack, name: `cell ${name}` };
};
