// The AWS SDK signs every request; emulators do not look. These values say so to whoever meets them in a log.

export const localCredentials = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const;
