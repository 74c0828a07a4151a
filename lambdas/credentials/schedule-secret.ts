// Rotation by itself, every so many days, where a tenant wants that: Secrets Manager then calls the rotation function.

import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Incarnation } from '../tenants/tenant.ts';
import { TokenError } from './errors.ts';
import { graceDays } from './grace.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';
import { readStages } from './token-secret.ts';

export interface RotationSchedule {
  readonly days: number;
  readonly nextAt: Date | undefined;
}

/** Secrets Manager's own limit. */
const MAX_DAYS = 1000;

/**
 * Has the token rotated every `days` by the function of that ARN, the first time when they are over. Throws a
 * `TokenError` for a tenant without a secret, and for a number of days in which the token before would not have ended.
 */
export const scheduleRotation = async (
  tenant: Incarnation,
  days: number,
  rotationFunctionArn: string,
): Promise<void> => {
  if (days <= graceDays || days > MAX_DAYS) {
    throw new TokenError(
      'badSchedule',
      `A rotation is scheduled every ${graceDays + 1} to ${MAX_DAYS} days: the token before is accepted for ` +
        `${graceDays}, and there are never more than two.`,
    );
  }
  await readStages(tenant);
  await secrets.send(
    new RotateSecretCommand({
      SecretId: secretName(tenant),
      RotationLambdaARN: rotationFunctionArn,
      RotationRules: { AutomaticallyAfterDays: days },
      RotateImmediately: false,
    }),
  );
};

/** Ends the schedule, if there is one; the tokens stay as they are. */
export const cancelRotation = async (tenant: Incarnation): Promise<void> => {
  await readStages(tenant);
  await secrets.send(new CancelRotateSecretCommand({ SecretId: secretName(tenant) }));
};

/** The schedule; undefined when there is none. */
export const readSchedule = async (tenant: Incarnation): Promise<RotationSchedule | undefined> => {
  const found = await unlessAbsent(secrets.send(new DescribeSecretCommand({ SecretId: secretName(tenant) })));
  const days = found?.RotationRules?.AutomaticallyAfterDays;
  return found?.RotationEnabled && days !== undefined ? { days, nextAt: found.NextRotationDate } : undefined;
};
