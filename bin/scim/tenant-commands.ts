// scim tenant create | list | show | delete. The modules of lambdas/ are loaded when the environment points
// at the deployment, never before.

import type { TenantId } from '../../lambdas/platform/tenant.ts';
import type { TokenStatus } from '../../lambdas/tokens/rotation.ts';
import { type Answer, fields, moment, table } from './answer.ts';
import { confirmDeletion } from './confirm-deletion.ts';
import type { Context } from './context.ts';
import { pasteIntoEntra } from './token-commands.ts';

const loadTenants = () => import('../../lambdas/directory/tenants.ts');

export const createTenant = async ({ deployment }: Context, id: TenantId): Promise<Answer> => {
  const { token, createdAt } = await (await loadTenants()).createTenant(id);
  const tenantUrl = deployment.tenantUrl(id);
  return {
    json: { tenant: id, tenantUrl, token, createdAt },
    text: [
      `Tenant ${id} is ready.`,
      pasteIntoEntra(tenantUrl, token),
      `\`npm run scim -- token show ${id}\` prints both again.`,
    ].join('\n\n'),
  };
};

export const listTenants = async ({ deployment }: Context): Promise<Answer> => {
  const tenants = await (await loadTenants()).listTenants();
  const rows = tenants.map(({ id, createdAt, deletingSince }) => [
    id,
    moment(createdAt),
    deletingSince ? `being deleted since ${moment(deletingSince)}` : deployment.tenantUrl(id),
  ]);
  return {
    json: tenants.map(({ id, ...rest }) => ({ tenant: id, tenantUrl: deployment.tenantUrl(id), ...rest })),
    text: rows.length
      ? table([['TENANT', 'CREATED', 'TENANT URL'], ...rows])
      : 'There are no tenants yet: `npm run scim -- tenant create acme` makes one.',
  };
};

export const showTenant = async ({ deployment }: Context, id: TenantId): Promise<Answer> => {
  const { readTenant, countDirectory } = await loadTenants();
  const { createdAt, deletingSince } = await readTenant(id);
  const [{ users, groups }, token] = await Promise.all([countDirectory(id), readTokenIfAny(id)]);
  const tenantUrl = deployment.tenantUrl(id);
  return {
    json: {
      tenant: id,
      tenantUrl,
      createdAt,
      deletingSince,
      users,
      groups,
      token: token && { keyId: token.current.keyId, createdAt: token.current.createdAt },
      previousToken: token?.previous,
    },
    text: fields([
      ['Tenant', id],
      ['Tenant URL', tenantUrl],
      ['Created', moment(createdAt)],
      [
        'Being deleted',
        deletingSince &&
          `since ${moment(deletingSince)}; \`npm run scim -- tenant delete ${id}\` completes it`,
      ],
      ['Users', users],
      ['Groups', groups],
      ['Token', token ? `${token.current.keyId}, made ${moment(token.current.createdAt)}` : 'none'],
      ['Previous token', token?.previous && `${token.previous.keyId}, still accepted`],
    ]),
  };
};

const readTokenIfAny = async (id: TenantId): Promise<TokenStatus | undefined> => {
  const { readTokenStatus } = await import('../../lambdas/tokens/rotation.ts');
  const { TokenError } = await import('../../lambdas/tokens/errors.ts');
  return readTokenStatus(id).catch((error: unknown) => {
    if (error instanceof TokenError && error.code === 'noToken') return undefined;
    throw error;
  });
};

export const deleteTenant = async (context: Context, id: TenantId): Promise<Answer> => {
  const { readTenant, deleteTenant: erase } = await loadTenants();
  await readTenant(id);
  if (!context.options.yes) await confirmDeletion(id, context);
  const { stderr } = context.terminal;
  let resources = 0;
  await erase(id, {
    onErased: (erased) => {
      resources += erased;
      if (stderr.isTTY) stderr.write(`\r${resources} users and groups deleted`);
    },
  });
  if (stderr.isTTY && resources) stderr.write('\n');
  return {
    json: { tenant: id, deleted: true, resources },
    text:
      `Tenant ${id} is deleted, with its token and ${resources} users and groups. ` +
      'Switch its provisioning off in Entra too.',
  };
};
