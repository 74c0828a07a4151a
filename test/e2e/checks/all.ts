// The facts that a deployed stack is asked for; on the emulator, those that it can show.

import type { Summary } from '../summary.ts';
import type { Extent, Target, TestTenant } from '../target.ts';
import { accountChecks } from './account.ts';
import type { Check } from './check.ts';
import { eventChecks } from './events.ts';
import { gatewayChecks } from './gateway.ts';
import { urlChecks } from './urls.ts';

export const checks: readonly Check[] = [...accountChecks, ...urlChecks, ...eventChecks, ...gatewayChecks];

/** Looks at each, whichever are wrong; what is skipped, and why, is in the summary as well. Throws what was wrong. */
export const seeAll = async (
  target: Target,
  tenant: TestTenant,
  { isPatient, isOnAws }: Extent & { readonly isOnAws: boolean },
  summary: Summary,
): Promise<void> => {
  const wrong: string[] = [];
  for (const { name, onlyOnAws, isPatient: takesMinutes, see } of checks) {
    if (!isOnAws && onlyOnAws) summary.record(name, performance.now(), `AWS only: ${onlyOnAws}`);
    else if (isPatient || !takesMinutes) {
      await summary
        .step(name, () => see(target, tenant))
        .catch(({ message }: Error) => wrong.push(`${name}: ${message}`));
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
};
