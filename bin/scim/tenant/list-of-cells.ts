// scim tenant list with several cells: the tenants of all of them, each with its cell.

import { askCells } from '../cells/ask-cells.ts';
import type { Cells } from '../cells/cells.ts';
import type { Answer } from '../command/answer.ts';
import { deploymentPaused, type ListedTenant, tableOf } from './listed-tenant.ts';

/** Asks all cells; in JSON, each tenant has its `cell`. */
export const listTenantsOfCells = async (cells: Cells): Promise<Answer> => {
  const tenants = (await askCells(cells, ['tenant', 'list'])).flatMap(({ cell, json }) =>
    (json as ListedTenant[]).map((tenant) => ({ cell, ...tenant })),
  );
  const pauses = new Map(
    tenants.flatMap(({ cell, deploymentPausedSince: since }) => (since ? [[cell, since] as const] : [])),
  );
  const list = tenants.length
    ? tableOf(tenants, { header: 'CELL', cells: tenants.map(({ cell }) => cell) })
    : 'There are no tenants in any cell yet.';
  const sentences = [...pauses].map(([cell, since]) => deploymentPaused(`The whole of cell ${cell}`, since));
  return { json: tenants, text: [list, ...(sentences.length ? ['', ...sentences] : [])].join('\n') };
};
