// scim token rotate: a new token beside the current one.

import type { Incarnation, TenantId } from '../../../lambdas/platform/tenant.ts';
import type { Context } from '../command/context.ts';
import { defineCommand, flag } from '../command/define-command.ts';
import { noteEnded } from './end-tokens.ts';
import { gatewayFlush } from './gateway-flush.ts';
import { publishTokenEvents } from './publish-token-events.ts';
import { pasteIntoEntra, stillAccepted, tokenJson } from './token-text.ts';

export const rotateToken = defineCommand({
  name: 'token rotate',
  args: ['<tenant>'],
  summary: 'Create a new token; the old one stays valid until it is retired or its grace period ends',
  options: {
    force: flag('Rotate even if the previous token is still in its grace period, and end that one at once'),
  },
  run: async (context, id) => {
    const { deployment, options } = context;
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { rotateToken: rotate } = await import('../../../lambdas/credentials/rotation.ts');
    const { incarnation } = await readActiveTenant(id);
    if (options.force) await endPrevious(context, id, incarnation);
    const status = await rotate(incarnation, { force: options.force ?? false });
    await publishTokenEvents(context, incarnation, 'rotated', [status.current.keyId]);
    const tenantUrl = deployment.tenantUrl(id);
    const text = [
      `Tenant ${id} has a new token.`,
      pasteIntoEntra(tenantUrl, status.current.token),
      ...stillAccepted(id, status),
    ];
    return { json: tokenJson(id, tenantUrl, status), text: text.join('\n\n') };
  },
});

/** Before there is a new token, so that the command can be repeated when the gateway still remembers the one that ends. */
const endPrevious = async (context: Context, id: TenantId, incarnation: Incarnation): Promise<void> => {
  const { readPreviousKeyId, retireToken } = await import('../../../lambdas/credentials/rotation.ts');
  const flush = gatewayFlush(context);
  const previous = await readPreviousKeyId(incarnation);
  await noteEnded(incarnation, [previous]);
  const ended = previous !== undefined ? await retireToken(incarnation) : undefined;
  const unflushed = await flush(`The previous token of ${id} is retired, and no new one made`);
  await publishTokenEvents(context, incarnation, 'retired', ended === undefined ? [] : [ended]);
  if (unflushed) throw unflushed;
};
