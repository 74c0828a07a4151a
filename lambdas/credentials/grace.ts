// How long the token before the current one is accepted: a customer pastes the new one into Entra when they find the time.

import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';

/** In days, as the setting `scim:tokenGraceDays` has it. */
export const { TOKEN_GRACE_DAYS: graceDays } = readEnvironment({
  TOKEN_GRACE_DAYS: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,3}$/, 'is a number of days'), v.transform(Number)),
    '30',
  ),
});

const DAY_MS = 24 * 60 * 60 * 1000;

/** When the previous token ends, by the time at which the current one was made. */
export const graceEnd = (currentMadeAt: Date): Date => new Date(currentMadeAt.getTime() + graceDays * DAY_MS);
