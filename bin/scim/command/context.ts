// What every command gets: which deployment, its options, and the terminal.

import type { Readable, Writable } from 'node:stream';
import { asTenantId, type TenantId } from '../../../lambdas/platform/tenant.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** The streams of the process; tests substitute their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Ends a command that would otherwise run until it is interrupted. */
  readonly signal?: AbortSignal;
}

/** `Options`: those of the command itself. */
export interface Context<Options = unknown> {
  readonly deployment: Deployment;
  readonly options: Options & { readonly json?: boolean };
  readonly terminal: Terminal;
}

/** The tenant id that the operator typed; throws an `OperatorError` with the rule when it cannot be one. */
export const parseTenantId = (text: string): TenantId => {
  const tenant = asTenantId(text);
  if (tenant) return tenant;
  throw new OperatorError(
    `"${text}" is not a valid tenant id: use 3 to 32 characters from a to z in lower case, 0 to 9, and the hyphen.`,
  );
};
