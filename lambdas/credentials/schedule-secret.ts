// Schedules automatic rotation for single tenants: Secrets Manager then calls the rotation function every so many days.

import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Incarnation } from '../platform/tenant.ts';
import { TokenError } from './errors.ts';
import { graceDays } from './grace.ts';
import { secretName, secrets, unlessAbsent } from './secrets-manager.ts';
import { readStages } from './token-secret.ts';

interface RotationSchedule {
  /** The interval. */
  readonly days: number;
  readonly nextAt: Date | undefined;
}

/** The limit of Secrets Manager. */
const MAX_DAYS = 1000;

/**
 * Rotates the token every `days` from now on, with the function of that ARN; the first time after `days`. Throws a
 * `TokenError` for a tenant without a secret (`noToken`), and for an interval within the grace period (`badSchedule`).
 */
export const scheduleRotation = async (
  tenant: Incarnation,
  days: number,
  rotationFunctionArn: string,
): Promise<void> => {
  if (days <= graceDays || days > MAX_DAYS) {
    throw new TokenError(
      'badSchedule',
      `A rotation can be scheduled every ${graceDays + 1} to ${MAX_DAYS} days: the previous token is accepted for ` +
        `${graceDays} days, and a tenant has at most two.`,
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

/** Cancels the schedule, if there is one; the tokens stay as they are. */
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
