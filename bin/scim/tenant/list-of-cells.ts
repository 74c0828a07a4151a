// scim tenant list with several cells: the tenants of all of them, each with its cell.

import { askCells } from '../cells/ask-cells.ts';
import type { Cells } from '../cells/cells.ts';
import { type Answer, moment, table } from '../command/answer.ts';

/** The fields of `tenant list --json` that are shown here. */
interface ListedTenant {
  readonly tenant: string;
  readonly tenantUrl: string;
  readonly users: number;
  readonly groups: number;
  readonly lastRequestAt: string | null;
}

export const listTenantsOfCells = async (cells: Cells): Promise<Answer> => {
  const tenants = (await askCells(cells, ['tenant', 'list'])).flatMap(({ cell, json }) =>
    (json as ListedTenant[]).map((tenant) => ({ cell, ...tenant })),
  );
  const rows = tenants.map(({ cell, tenant, users, groups, lastRequestAt, tenantUrl }) => [
    cell,
    tenant,
    String(users),
    String(groups),
    lastRequestAt ? moment(lastRequestAt) : 'never',
    tenantUrl,
  ]);
  return {
    json: tenants,
    text: rows.length
      ? table([['CELL', 'TENANT', 'USERS', 'GROUPS', 'LAST REQUEST', 'TENANT URL'], ...rows])
      : 'There are no tenants in any cell yet.',
  };
};
