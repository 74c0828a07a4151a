// What the account allows: `preflight`, asked of a stack that is there.

import * as v from 'valibot';
import { operate } from '../target.ts';
import type { Check } from './check.ts';

const report = v.object({ checks: v.array(v.object({ name: v.string(), outcome: v.string() })) });

const quotas: Check = {
  name: 'quotas and the rest of preflight',
  onlyOnAws: 'MiniStack has no quotas',
  see: async (target) => {
    if (target.stack.name.includes('.')) return 'the settings are in the app that the endpoint is part of';
    const { checks } = v.parse(report, await operate(target, 'preflight'));
    return checks.map(({ name, outcome }) => `${name} ${outcome}`).join(', ');
  },
};

export const accountChecks: readonly Check[] = [quotas];
