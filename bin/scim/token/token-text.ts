// A tenant's token as commands print it: for a person to paste into Entra, and as JSON. A token is printed only when it is asked
// for, and never taken from the command line, where other users of the machine could read it.

import type { TokenStatus } from '../../../lambdas/credentials/rotation.ts';
import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import { fields } from '../command/answer.ts';

/** The two values, under the names that Entra's form has for them. */
export const pasteIntoEntra = (tenantUrl: string, token: string): string => {
  const values = fields([
    ['Tenant URL', tenantUrl],
    ['Secret Token', token],
  ]);
  return (
    `${values}\n\nPaste both into Entra (Enterprise applications > the application > Provisioning > ` +
    'Admin Credentials)\nand choose Test Connection.'
  );
};

/** One paragraph while the previous token is accepted; none otherwise. */
export const stillAccepted = (id: TenantId, { previous }: TokenStatus): string[] =>
  previous
    ? [
        `The previous token (${previous.keyId}) is still accepted, so no request fails in the meantime.\n` +
          `Once Test Connection succeeds with the new one, \`npm run scim -- token retire ${id}\` ends the previous one.`,
      ]
    : [];

/** The answer of `token show` and `token rotate` as JSON. */
export const tokenJson = (tenant: TenantId, tenantUrl: string, { current, previous }: TokenStatus) => ({
  tenant,
  tenantUrl,
  token: current.token,
  keyId: current.keyId,
  createdAt: current.createdAt.toISOString(),
  previous: previous ? { keyId: previous.keyId, graceEndsAt: previous.graceEndsAt.toISOString() } : null,
});
