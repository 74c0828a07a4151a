// scim token rotate: a new token beside the current one.

import { defineCommand, flag } from '../command/define-command.ts';
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
    const { readPreviousKeyId, rotateToken: rotate } = await import(
      '../../../lambdas/credentials/rotation.ts'
    );
    const { incarnation } = await readActiveTenant(id);
    const replaced = options.force ? await readPreviousKeyId(incarnation) : undefined;
    const status = await rotate(incarnation, { force: options.force ?? false });
    await publishTokenEvents(context, incarnation, 'rotated', [status.current.keyId]);
    await publishTokenEvents(context, incarnation, 'retired', replaced === undefined ? [] : [replaced]);
    const tenantUrl = deployment.tenantUrl(id);
    const text = [
      `Tenant ${id} has a new token.`,
      pasteIntoEntra(tenantUrl, status.current.token),
      ...stillAccepted(id, status),
    ];
    return { json: tokenJson(id, tenantUrl, status), text: text.join('\n\n') };
  },
});
