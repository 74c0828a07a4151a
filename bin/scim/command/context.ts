// What every command gets: which deployment, which tenant, which of its own options, and the terminal.

import type { Readable, Writable } from 'node:stream';
import { asTenantId, type TenantId } from '../../../lambdas/tenants/tenant.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { OperatorError } from './operator-error.ts';

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Ends what would go on by itself. */
  readonly signal?: AbortSignal;
}

export interface Context {
  readonly deployment: Deployment;
  readonly options: {
    readonly json?: boolean;
    readonly yes?: boolean;
    readonly force?: boolean;
    readonly now?: boolean;
    readonly all?: boolean;
    readonly days?: number;
    readonly off?: boolean;
    readonly extends?: string;
    readonly events?: readonly string[];
    readonly user?: string;
    readonly failed?: boolean;
    readonly request?: string;
    /** Milliseconds since the epoch. */
    readonly since?: number;
    readonly until?: number;
    readonly rule?: string;
    readonly limit?: number;
    readonly follow?: boolean;
    /** `key=value`, settings of a deployment to come. */
    readonly context?: readonly string[];
  };
  readonly terminal: Terminal;
}

/** The tenant id that the operator typed; throws a sentence with the rule when it cannot be one. */
export const parseTenantId = (text: string): TenantId => {
  const tenant = asTenantId(text);
  if (tenant) return tenant;
  throw new OperatorError(
    `"${text}" cannot be a tenant id: it takes 3 to 32 characters, of a to z in lower case, 0 to 9, and the hyphen.`,
  );
};
