// scim token status | revoke | schedule: how long tokens live, and how their life is ended at once.

import type { KeyAge } from '../../../lambdas/credentials/inventory.ts';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { type Answer, fields, moment } from '../command/answer.ts';
import type { Context } from '../command/context.ts';
import { OperatorError, UsageError } from '../command/operator-error.ts';
import { flushAuthorizerCache } from '../deployment/api-gateway.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';
import { tellOfTokens } from './publish-token-events.ts';

const loadTenants = () => import('../../../lambdas/tenants/read-tenant.ts');
const loadSchedule = () => import('../../../lambdas/credentials/schedule-secret.ts');

export const tokenStatus = async (_: Context, id: TenantId): Promise<Answer> => {
  const { incarnation } = await (await loadTenants()).readTenant(id);
  const { readInventory } = await import('../../../lambdas/credentials/inventory.ts');
  const { readActivity } = await import('../../../lambdas/tenants/activity-table.ts');
  const { noToken } = await import('../../../lambdas/credentials/token-secret.ts');
  const [tokens, { lastUses }, schedule] = await Promise.all([
    readInventory(incarnation),
    readActivity(incarnation),
    (await loadSchedule()).readSchedule(incarnation),
  ]);
  if (!tokens) throw noToken(incarnation);
  const { current, previous, revokedAt } = tokens;
  const used = ({ keyId }: KeyAge) => lastUses.get(keyId);
  const describe = (key: KeyAge) => {
    const lastUse = used(key);
    return `${key.keyId}, made ${moment(key.madeAt)}, ${lastUse ? `last used ${moment(lastUse)}` : 'never used'}`;
  };
  const whole = (key: KeyAge | undefined) => (key ? { ...key, lastUsedAt: used(key) ?? null } : null);
  return {
    json: {
      tenant: id,
      current: whole(current),
      previous: whole(previous),
      revokedAt: revokedAt ?? null,
      schedule: schedule ?? null,
    },
    text: fields([
      ['Token', current && describe(current)],
      [
        'Revoked',
        revokedAt && `${moment(revokedAt)}; \`npm run scim -- token rotate ${id}\` makes a new token`,
      ],
      ['Previous token', previous && `${describe(previous)}; ends ${moment(previous.endsAt)}`],
      ['Rotation', schedule ? `every ${schedule.days} days${nextOf(schedule.nextAt)}` : 'by hand'],
      ['', 'The last use is noted once an hour.'],
    ]),
  };
};

const nextOf = (nextAt: Date | undefined) => (nextAt ? `, next on ${moment(nextAt).slice(0, 10)}` : '');

export const revokeTokens = async (context: Context, id: TenantId): Promise<Answer> => {
  const { deployment, options } = context;
  if (!options.now) {
    throw new UsageError(
      `This ends every token of ${id} at once, and its provisioning fails until Entra has a new one: say --now if that is ` +
        'meant. `token rotate` and then `token retire` change a token without a failed request.',
    );
  }
  const { incarnation } = await (await loadTenants()).readTenant(id);
  const { outputs, name } = deployment;
  const gateway = [
    requireOutput(outputs, 'RestApiId', name),
    requireOutput(outputs, 'StageName', name),
  ] as const;
  const ended = await (await import('../../../lambdas/credentials/revocation.ts')).revokeTokens(incarnation);
  const unflushed = await flushAuthorizerCache(...gateway).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  await tellOfTokens(context, incarnation, 'retired', ended);
  if (unflushed) {
    throw new OperatorError(
      `The tokens of ${id} are ended, but the gateway could not be told (${unflushed}): it may accept them until its ` +
        'cache ends, 5 minutes unless set otherwise. Repeat this command.',
    );
  }
  return {
    json: { tenant: id, revokedKeyIds: ended },
    text:
      `Every token of ${id} is ended, and the gateway has forgotten them: its requests get 401 from now on.\n` +
      `\`npm run scim -- token rotate ${id}\` makes a new one for Entra.`,
  };
};

export const scheduleRotation = async ({ deployment, options }: Context, id: TenantId): Promise<Answer> => {
  const { days, off = false } = options;
  if ((days === undefined) !== off) throw new UsageError('Say either --days <number> or --off.');
  const { incarnation } = await (await loadTenants()).readActiveTenant(id);
  const schedule = await loadSchedule();
  if (days === undefined) {
    await schedule.cancelRotation(incarnation);
    return {
      json: { tenant: id, schedule: null },
      text: `The token of ${id} is rotated by hand from now on.`,
    };
  }
  const functionArn = requireOutput(deployment.outputs, 'RotationFunctionArn', deployment.name);
  await schedule.scheduleRotation(incarnation, days, functionArn);
  const nextAt = (await schedule.readSchedule(incarnation))?.nextAt;
  return {
    json: { tenant: id, schedule: { days, nextAt: nextAt ?? null } },
    text:
      `The token of ${id} is rotated every ${days} days${nextOf(nextAt)}. After each rotation somebody takes the new token to ` +
      `Entra\n(\`npm run scim -- token show ${id}\`); until then the old one is accepted.`,
  };
};
