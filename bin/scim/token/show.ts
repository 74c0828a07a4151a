// scim token show | rotate | retire. A token is printed where it is asked for, and never taken from a command
// line: other users of the machine can read those.

import type { TokenStatus } from '../../../lambdas/credentials/rotation.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, fields } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { tellOfTokens } from './publish-token-events.ts';

const loadRotation = () => import('../../../lambdas/credentials/rotation.ts');
const loadTenants = () => import('../../../lambdas/tenants/read-tenant.ts');

/** The two values, under the names that Entra's form has for them. */
export const pasteIntoEntra = (tenantUrl: string, token: string): string => {
  const values = fields([
    ['Tenant URL', tenantUrl],
    ['Secret Token', token],
  ]);
  return (
    `${values}\n\nPaste both into Entra (Enterprise applications > the application > Provisioning > ` +
    'Admin Credentials)\nand choose Test Connection.'
  );
};

export const showToken = async ({ deployment }: Context, id: TenantId): Promise<Answer> => {
  const { incarnation } = await (await loadTenants()).readActiveTenant(id);
  const status = await (await loadRotation()).readTokenStatus(incarnation);
  const tenantUrl = deployment.tenantUrl(id);
  const text = [pasteIntoEntra(tenantUrl, status.current.token), ...stillAccepted(id, status)];
  return { json: toJson(id, tenantUrl, status), text: text.join('\n\n') };
};

export const rotateToken = async (context: Context, id: TenantId): Promise<Answer> => {
  const { deployment, options } = context;
  const { incarnation } = await (await loadTenants()).readActiveTenant(id);
  const { readPreviousKeyId, rotateToken: rotate } = await loadRotation();
  const replaced = options.force ? await readPreviousKeyId(incarnation) : undefined;
  const status = await rotate(incarnation, { force: options.force ?? false });
  await tellOfTokens(context, incarnation, 'rotated', [status.current.keyId]);
  await tellOfTokens(context, incarnation, 'retired', replaced === undefined ? [] : [replaced]);
  const tenantUrl = deployment.tenantUrl(id);
  const text = [
    `Tenant ${id} has a new token.`,
    pasteIntoEntra(tenantUrl, status.current.token),
    ...stillAccepted(id, status),
  ];
  return { json: toJson(id, tenantUrl, status), text: text.join('\n\n') };
};

export const retireToken = async (context: Context, id: TenantId): Promise<Answer> => {
  const { incarnation } = await (await loadTenants()).readTenant(id);
  const retiredKeyId = await (await loadRotation()).retireToken(incarnation);
  await tellOfTokens(context, incarnation, 'retired', retiredKeyId === undefined ? [] : [retiredKeyId]);
  return {
    json: { tenant: id, retiredKeyId: retiredKeyId ?? null },
    text: retiredKeyId
      ? `The previous token of ${id} (${retiredKeyId}) is retired. It is refused at the latest when the gateway's ` +
        'cache ends: 5 minutes, unless set otherwise.'
      : `Nothing to do: ${id} has one token, and no previous one.`,
  };
};

const stillAccepted = (id: TenantId, { previous }: TokenStatus): string[] =>
  previous
    ? [
        `The token before (${previous.keyId}) is still accepted, so nothing fails meanwhile.\n` +
          `When Test Connection succeeded with the new one, \`npm run scim -- token retire ${id}\` ends it.`,
      ]
    : [];

const toJson = (tenant: TenantId, tenantUrl: string, { current, previous }: TokenStatus) => ({
  tenant,
  tenantUrl,
  token: current.token,
  keyId: current.keyId,
  createdAt: current.createdAt.toISOString(),
  previous: previous ? { keyId: previous.keyId, graceEndsAt: previous.graceEndsAt.toISOString() } : null,
});
