// How long the previous token is accepted: customers need time to paste the new one into Entra.

import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';

/** Days, from the setting `scim:tokenGraceDays`. */
export const { TOKEN_GRACE_DAYS: graceDays } = readEnvironment({
  TOKEN_GRACE_DAYS: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,3}$/, 'is a number of days'), v.transform(Number)),
    '30',
  ),
});

const DAY_MS = 24 * 60 * 60 * 1000;

/** When the previous token ends, given when the current one was created. */
export const graceEnd = (currentMadeAt: Date): Date => new Date(currentMadeAt.getTime() + graceDays * DAY_MS);
