// scim token status: the tokens of a tenant without their values, and when they are rotated.

import type { KeyAge } from '../../../lambdas/credentials/token-secret.ts';
import { fields, moment } from '../command/answer.ts';
import { defineCommand } from '../command/define-command.ts';
import { nextRotation } from './schedule.ts';

export const tokenStatus = defineCommand({
  name: 'token status',
  args: ['<tenant>'],
  summary: 'Show when each token was last used, when the previous one ends, and how it is rotated',
  run: async (_, id) => {
    const { readTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const { readInventory } = await import('../../../lambdas/credentials/inventory.ts');
    const { readActivity } = await import('../../../lambdas/tenants/activity-table.ts');
    const { readSchedule } = await import('../../../lambdas/credentials/schedule-secret.ts');
    const { noToken } = await import('../../../lambdas/credentials/token-secret.ts');
    const { incarnation } = await readTenant(id);
    const [tokens, { lastUses }, schedule] = await Promise.all([
      readInventory(incarnation),
      readActivity(incarnation),
      readSchedule(incarnation),
    ]);
    if (!tokens) throw noToken(incarnation);
    const { current, previous, revokedAt } = tokens;
    const used = ({ keyId }: KeyAge) => lastUses.get(keyId);
    const describe = (key: KeyAge) => {
      const lastUse = used(key);
      return `${key.keyId}, created ${moment(key.madeAt)}, ${lastUse ? `last used ${moment(lastUse)}` : 'never used'}`;
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
          revokedAt && `${moment(revokedAt)}; \`npm run scim -- token rotate ${id}\` creates a new token`,
        ],
        ['Previous token', previous && `${describe(previous)}; ends ${moment(previous.endsAt)}`],
        ['Rotation', schedule ? `every ${schedule.days} days${nextRotation(schedule.nextAt)}` : 'by hand'],
        ['', 'The last use is recorded once an hour.'],
      ]),
    };
  },
});
