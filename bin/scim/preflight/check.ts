// What a look at the account found, one line each.

import { accessDenied } from '../command/failures.ts';

/** `unknown`: the session may not look; nothing is known to be wrong. */
export type Outcome = 'ok' | 'warn' | 'fail' | 'unknown';

export interface Check {
  /** What was looked at, in a word or three. */
  readonly name: string;
  readonly outcome: Outcome;
  /** What is so and, unless it is well, what to do. */
  readonly what: string;
}

export type Finding = Omit<Check, 'name'>;

export const ok = (what: string): Finding => ({ outcome: 'ok', what });
export const warn = (what: string): Finding => ({ outcome: 'warn', what });
export const fail = (what: string): Finding => ({ outcome: 'fail', what });

/**
 * Looks, with a call that needs the IAM `action`. What AWS refuses to this session is `unknown`; every other error is thrown,
 * because it would meet the next look too.
 */
export const look = async (name: string, action: string, find: () => Promise<Finding>): Promise<Check> => {
  try {
    return { name, ...(await find()) };
  } catch (error) {
    if (!accessDenied(error)) throw error;
    return { name, outcome: 'unknown', what: `Your session may not look: it needs ${action}.` };
  }
};

/** The answer, or undefined where what was asked for does not exist, which services say by one of these names of an error. */
export const unlessMissing = async <Answer>(send: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await send;
  } catch (error) {
    if (error instanceof Error && /^(ResourceNotFound|NotFound)(Exception)?$/.test(error.name))
      return undefined;
    throw error;
  }
};
