// Invokes the rotation function as Secrets Manager does: with the four steps of a rotation, or with testSecret as a trial.

import type { RotateSecretCommandInput } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { putVersion, type Secret } from './secret.ts';
import type { SecretFile } from './secret-file.ts';

/** Invokes the function with this ARN; rejects when it fails. */
export type InvokeRotation = (functionArn: string, event: SecretsManagerRotationEvent) => Promise<unknown>;

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/**
 * Runs after RotateSecret is answered: the four steps or, when the rotation is only scheduled, a trial of testSecret with a copy
 * of the current value. Stops at the first step that fails, as Secrets Manager does.
 */
export const runRotation = async (
  { secrets, commit }: SecretFile,
  { RotateImmediately: atOnce = true }: RotateSecretCommandInput,
  { ARN, Name, VersionId }: { readonly ARN: string; readonly Name: string; readonly VersionId: string },
  invoke: InvokeRotation,
): Promise<void> => {
  const functionArn = secrets.get(Name)?.rotation?.functionArn ?? '';
  const take = (Step: SecretsManagerRotationEvent['Step']) =>
    invoke(functionArn, { Step, SecretId: ARN, ClientRequestToken: VersionId });
  if (atOnce) {
    for (const step of STEPS) await take(step);
    return;
  }
  commit(() => withSecret(secrets, Name, (secret) => putTrial(secret, VersionId)));
  try {
    await take('testSecret');
  } finally {
    commit(() => withSecret(secrets, Name, (secret) => delete secret.versions[VersionId]));
  }
};

const putTrial = (secret: Secret, versionId: string) => {
  const current = Object.values(secret.versions).find(({ stages }) => stages.includes('AWSCURRENT'));
  return putVersion(secret, versionId, current?.secretString ?? '', ['AWSPENDING']);
};

const withSecret = (secrets: ReadonlyMap<string, Secret>, name: string, act: (secret: Secret) => unknown) => {
  const secret = secrets.get(name);
  if (secret) act(secret);
};
