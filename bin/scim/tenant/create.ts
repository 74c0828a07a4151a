// scim tenant create | show | delete. The modules of lambdas/ are loaded when the environment points
// at the deployment, never before.

import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, fields, moment } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { OperatorError } from '../command/operator-error.ts';
import { flushAuthorizerCache } from '../deployment/api-gateway.ts';
import { hasHostPerTenant } from '../deployment/deployment.ts';
import type { StackOutputs } from '../deployment/stack-outputs.ts';
import { ensureThrottleKey, removeThrottleKey } from '../deployment/throttle-keys.ts';
import { pasteIntoEntra } from '../token/show.ts';
import { confirmDeletion } from './confirm-deletion.ts';

const loadTenants = () => import('../../../lambdas/tenants/read-tenant.ts');

const NO_DOMAIN =
  'This Tenant URL ends with this API. Another deployment has another one, which every customer would have to paste: ' +
  'set a domain of yours (scim:domains) before you hand it out.';

export const createTenant = async ({ deployment }: Context, id: TenantId): Promise<Answer> => {
  if (hasHostPerTenant(deployment)) requireHostName(id);
  const { createTenant: create } = await import('../../../lambdas/operations/create-tenant.ts');
  const { token, createdAt } = await create(id, {
    // The gateway refuses a tenant without its key.
    onNameTaken: () => ensureThrottleKey(deployment.outputs, id),
  });
  const tenantUrl = deployment.tenantUrl(id);
  const warning = deployment.isLocal || deployment.outputs.DomainTarget ? undefined : NO_DOMAIN;
  return {
    json: { tenant: id, tenantUrl, token, createdAt, ...(warning && { warning }) },
    text: [
      `Tenant ${id} is ready.`,
      pasteIntoEntra(tenantUrl, token),
      `\`npm run scim -- token show ${id}\` prints both again.`,
      ...(warning ? [`Warning: ${warning.replace(/^T/, 't')}`] : []),
    ].join('\n\n'),
  };
};

export const tellWhetherExists = async (_: Context, id: TenantId): Promise<Answer> => {
  const { findTenant } = await import('../../../lambdas/tenants/tenants-table.ts');
  const exists = (await findTenant(id)) !== undefined;
  return {
    json: { tenant: id, exists },
    text: exists ? `There is a tenant ${id}.` : `There is no tenant ${id}.`,
  };
};

const requireHostName = (id: TenantId): void => {
  if (!/^-|-$/.test(id)) return;
  throw new OperatorError(
    `"${id}" cannot be part of a host name, which the wildcard domain makes of it: begin and end it with a letter or a digit.`,
  );
};

export const showTenant = async ({ deployment }: Context, id: TenantId): Promise<Answer> => {
  const { readTenant } = await loadTenants();
  const { countDirectory } = await import('../../../lambdas/operations/tenant-overview.ts');
  const { readInventory } = await import('../../../lambdas/credentials/inventory.ts');
  const { readActivity } = await import('../../../lambdas/tenants/activity-table.ts');
  const { findClosure } = await import('../../../lambdas/tenants/switches-table.ts');
  const { incarnation, createdAt, deletingSince } = await readTenant(id);
  const { silentSince } = await import('../../../lambdas/tenants/silence.ts');
  const [{ users, groups }, tokens, activity, closure] = await Promise.all([
    countDirectory(incarnation),
    readInventory(incarnation),
    readActivity(incarnation),
    findClosure(incarnation),
  ]);
  const { lastRequestAt } = activity;
  const silent = silentSince(activity, closure, new Date());
  const tenantUrl = deployment.tenantUrl(id);
  const { current, previous, revokedAt } = tokens ?? {};
  const pausedSince = closure?.reason === 'paused' ? closure.since : undefined;
  return {
    json: {
      tenant: id,
      tenantUrl,
      createdAt,
      deletingSince,
      pausedSince,
      users,
      groups,
      lastRequestAt,
      silentSince: silent,
      token: current,
      previousToken: previous,
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
      ['Paused', pausedSince && !deletingSince ? `since ${moment(pausedSince)}` : undefined],
      ['Users', users],
      ['Groups', groups],
      ['Last request', lastRequestAt ? moment(lastRequestAt) : 'never'],
      ['Silent', silent && `since ${moment(silent)}`],
      [
        'Token',
        current ? `${current.keyId}, made ${moment(current.madeAt)}` : revokedAt ? 'revoked' : 'none',
      ],
      ['Previous token', previous && `${previous.keyId}, accepted until ${moment(previous.endsAt)}`],
    ]),
  };
};

export const deleteTenant = async (context: Context, id: TenantId): Promise<Answer> => {
  await (await loadTenants()).readTenantInAnyState(id);
  if (!context.options.yes) await confirmDeletion(id, context);
  const { stderr } = context.terminal;
  const { outputs } = context.deployment;
  let resources = 0;
  let tokenForgotten = true;
  const { deleteTenant: erase } = await import('../../../lambdas/operations/delete-tenant.ts');
  await erase(id, {
    onTokensEnded: async () => {
      await removeThrottleKey(outputs, id);
      // Requests with a token that the gateway still knows are refused by the functions.
      tokenForgotten = await flush(outputs).then(
        () => true,
        () => false,
      );
    },
    onErased: (erased) => {
      resources += erased;
      if (stderr.isTTY) stderr.write(`\r${resources} resources deleted`);
    },
  });
  if (stderr.isTTY && resources) stderr.write('\n');
  return {
    json: { tenant: id, deleted: true, resources, tokenForgotten },
    text:
      `Tenant ${id} is deleted, with its token and ${resources} resources. ` +
      `Switch its provisioning off in Entra too: its requests get ${tokenForgotten ? '401' : '403, and soon 401'}.`,
  };
};

const flush = ({ RestApiId = '', StageName = '' }: StackOutputs) =>
  flushAuthorizerCache(RestApiId, StageName);
