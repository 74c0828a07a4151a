// Secrets Manager calls this four times per rotation, each time with one step, and repeats a step that failed
// or whose answer it did not get. The old token stays valid: the customer has to paste the new one into Entra
// first.

import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { checkPending, preparePending, promotePending } from '../credentials/rotation.ts';
import { tenantOfSecret } from '../credentials/secrets-manager.ts';
import type { TokenKey } from '../credentials/token.ts';
import { tellTokenRotated } from '../credentials/token-events.ts';

/** Rejects when the product could not be told: Secrets Manager then takes the step again. */
const finish = async (key: TokenKey): Promise<void> => {
  await promotePending(key);
  if (!(await tellTokenRotated(key))) throw new Error('The bus was not told of the rotation.');
};

const steps: Readonly<Record<SecretsManagerRotationEvent['Step'], (key: TokenKey) => Promise<void>>> = {
  createSecret: preparePending,
  // There is no second system to tell: the authorizer reads the secret itself.
  setSecret: async () => {},
  testSecret: checkPending,
  finishSecret: finish,
};

/**
 * Rotates the token of one tenant. Rejects while the previous token is inside its grace; an operator who
 * cannot wait uses `token rotate --force`.
 */
export const handler = async (event: SecretsManagerRotationEvent): Promise<void> => {
  const tenant = tenantOfSecret(event.SecretId);
  if (!tenant) throw new Error(`${event.SecretId} is not the token of a tenant.`);
  await steps[event.Step]({ tenant, keyId: event.ClientRequestToken });
};
