// scim tenant list, over all cells: the tenants of each, with the cell beside them.

import { type Answer, moment, table } from '../command/answer.ts';
import { askCells } from './ask-cells.ts';
import type { Cells } from './cells.ts';

/** As `tenant list --json` has them, as far as they are shown here. */
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
