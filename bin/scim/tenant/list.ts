// scim tenant list: every tenant on one line, with what needs attention.

import { defineCommand } from '../command/define-command.ts';
import { progressBar } from '../command/progress-bar.ts';
import { listTenantsOfCells } from './list-of-cells.ts';
import { deploymentPaused, listedTenant, tableOf } from './listed-tenant.ts';

export const listTenants = defineCommand({
  name: 'tenant list',
  summary: 'List all tenants with their users, groups, last request, token age and state',
  runOnCells: listTenantsOfCells,
  run: async ({ deployment, options, terminal }) => {
    const { listOverviews } = await import('../../../lambdas/operations/tenant-overview.ts');
    const { findDeploymentPause } = await import('../../../lambdas/tenants/switches-table.ts');
    const progress = options.json ? undefined : progressBar(terminal.stderr, 'tenants');
    const [overviews, pausedSince] = await Promise.all([
      listOverviews({ onProgress: progress?.show }),
      findDeploymentPause(),
    ]).finally(() => progress?.clear());
    const tenants = overviews.map((each) => listedTenant(each, deployment.tenantUrl(each.id), pausedSince));
    const list = tenants.length
      ? tableOf(tenants)
      : 'There are no tenants yet: create one with `npm run scim -- tenant create acme`.';
    return {
      json: tenants,
      text: pausedSince ? `${list}\n\n${deploymentPaused('The whole deployment', pausedSince)}` : list,
    };
  },
});
