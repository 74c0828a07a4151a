// scim token schedule: Secrets Manager rotates the token at an interval of days.

import { moment } from '../command/answer.ts';
import { defineCommand, flag, option } from '../command/define-command.ts';
import { wholeNumber } from '../command/option-values.ts';
import { requireOutput } from '../deployment/stack-outputs.ts';
import { UsageError } from '../errors/operator-error.ts';

export const scheduleRotation = defineCommand({
  name: 'token schedule',
  args: ['<tenant>'],
  summary: 'Rotate the token automatically',
  options: {
    days: option<number>('<number>', 'Rotate every this many days', { parse: wholeNumber }),
    off: flag('End the schedule: rotate by hand again'),
  },
  run: async ({ deployment, options }, id) => {
    const { days, off = false } = options;
    if ((days === undefined) !== off) throw new UsageError('Pass either --days <number> or --off.');
    const { readActiveTenant } = await import('../../../lambdas/tenants/read-tenant.ts');
    const schedule = await import('../../../lambdas/credentials/schedule-secret.ts');
    const { incarnation } = await readActiveTenant(id);
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
        `The token of ${id} is rotated every ${days} days${nextRotation(nextAt)}. After each rotation, paste the new token into ` +
        `Entra\n(\`npm run scim -- token show ${id}\`); until then the old one is accepted.`,
    };
  },
});

/** `, next on 2026-12-01`; empty when it is not known. */
export const nextRotation = (nextAt: Date | undefined): string =>
  nextAt ? `, next on ${moment(nextAt).slice(0, 10)}` : '';
