// One check of the account, and what it found.

import { accessDenied } from '../errors/sentence-for.ts';

/** `unknown`: the session lacks the permission to check; nothing is known to be wrong. */
export type Outcome = 'ok' | 'warn' | 'fail' | 'unknown';

/** One line of the answer. */
export interface Check {
  /** What was checked, in one to three words. */
  readonly name: string;
  readonly outcome: Outcome;
  /** What was found and, unless it is ok, what to do. */
  readonly what: string;
}

/** A check that has not been named yet. */
export type Finding = Omit<Check, 'name'>;

/** Nothing to do. */
export const ok = (what: string): Finding => ({ outcome: 'ok', what });

/** The deployment would succeed, but something needs attention. */
export const warn = (what: string): Finding => ({ outcome: 'warn', what });

/** The deployment would fail, or harm another API of the account. */
export const fail = (what: string): Finding => ({ outcome: 'fail', what });

/**
 * Runs a check that needs the IAM `action`. Without that permission the outcome is `unknown`; every other error is thrown,
 * because the next check would meet it too.
 */
export const look = async (name: string, action: string, find: () => Promise<Finding>): Promise<Check> => {
  try {
    return { name, ...(await find()) };
  } catch (error) {
    if (!accessDenied(error)) throw error;
    return { name, outcome: 'unknown', what: `Your session lacks a permission for this check: ${action}.` };
  }
};

/** The answer, or undefined when a service says, with one of these error names, that the resource does not exist. */
export const unlessMissing = async <Answer>(send: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await send;
  } catch (error) {
    if (error instanceof Error && /^(ResourceNotFound|NotFound)(Exception)?$/.test(error.name))
      return undefined;
    throw error;
  }
};
