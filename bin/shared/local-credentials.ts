// The account of a local run. The AWS SDK signs every request and emulators do not check it: these values say so to whoever
// comes across them in a log.

/** Twelve digits, as in the ARNs of any AWS account. */
export const ACCOUNT_ID = '000000000000';

/** Environment variables that satisfy the AWS SDK without a profile. */
export const localCredentials = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const;
