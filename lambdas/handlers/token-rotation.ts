// Secrets Manager invokes this four times per rotation, once per step, and retries a step that failed or whose answer got
// lost. The old token stays valid: the customer has to paste the new one into Entra first.

import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { checkPending, preparePending, promotePending } from '../credentials/rotation.ts';
import { tenantOfSecret } from '../credentials/secrets-manager.ts';
import type { TokenKey } from '../credentials/token.ts';
import { publishTokenRotated } from '../credentials/token-events.ts';

/** Rejects when the event could not be published: Secrets Manager then retries the step. */
const finish = async (key: TokenKey): Promise<void> => {
  await promotePending(key);
  if (!(await publishTokenRotated(key))) throw new Error('The rotation event could not be published.');
};

const steps: Readonly<Record<SecretsManagerRotationEvent['Step'], (key: TokenKey) => Promise<void>>> = {
  createSecret: preparePending,
  // No other system holds the token: the authorizer reads the secret itself.
  setSecret: async () => {},
  testSecret: checkPending,
  finishSecret: finish,
};

/** Runs one step for one tenant. Rejects during the grace period of the previous token; `token rotate --force` does not wait. */
export const handler = async (event: SecretsManagerRotationEvent): Promise<void> => {
  const tenant = tenantOfSecret(event.SecretId);
  if (!tenant) throw new Error(`${event.SecretId} is not the token of a tenant.`);
  await steps[event.Step]({ tenant, keyId: event.ClientRequestToken });
};
