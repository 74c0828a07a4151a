// scim token revoke: the emergency exit. Every token of the tenant is refused at once.

import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import { confirm, yes } from '../command/confirm.ts';
import { defineCommand, flag } from '../command/define-command.ts';
import { UsageError } from '../errors/operator-error.ts';
import { noteEnded } from './end-tokens.ts';
import { gatewayFlush } from './gateway-flush.ts';
import { publishTokenEvents } from './publish-token-events.ts';

export const revokeTokens = defineCommand({
  name: 'token revoke',
  args: ['<tenant>'],
  summary: 'Emergency: revoke every token of the tenant, including the current one',
  options: { now: flag('Confirm that this is intended, as --yes'), yes },
  run: async (context, id) => {
    const { options, terminal } = context;
    const isConfirmed = options.now || options.yes;
    if (!isConfirmed && !terminal.stdin.isTTY)
      throw new UsageError(`${consequenceFor(id)} Pass --yes if that is what you want.`);
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { readInventory } = await import('../../../lambdas/credentials/inventory.ts');
    const { revokeTokens: revoke } = await import('../../../lambdas/credentials/revocation.ts');
    const { incarnation } = await readTenant(id);
    if (!isConfirmed) await confirm(id, consequenceFor(id), context);
    const flush = gatewayFlush(context);
    const inventory = await readInventory(incarnation);
    await noteEnded(incarnation, [inventory?.current?.keyId, inventory?.previous?.keyId]);
    const ended = await revoke(incarnation);
    await noteEnded(incarnation, ended);
    const unflushed = await flush(`The tokens of ${id} are revoked`);
    await publishTokenEvents(context, incarnation, 'retired', ended);
    if (unflushed) throw unflushed;
    return {
      json: { tenant: id, revokedKeyIds: ended },
      text:
        `Every token of ${id} is revoked, and the gateway's cache is flushed: its requests get 401 from now on.\n` +
        `\`npm run scim -- token rotate ${id}\` creates a new token for Entra.`,
    };
  },
});

const consequenceFor = (id: TenantId): string =>
  `This revokes every token of ${id} at once, and its provisioning fails until Entra has a new one. ` +
  '`token rotate` followed by `token retire` replaces a token without a failed request.';
