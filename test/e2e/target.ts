// The deployment under test and a tenant on it, as an operator and as Entra reach them: by the CLI and by HTTP.

import * as v from 'valibot';
import { type Exchange, ScimClient, type ScimRequest } from '../../bin/simulate/client.ts';
import { runScript } from './command.ts';
import type { DeployedStack } from './stack.ts';

export interface Target {
  readonly stack: DeployedStack;
  /** The URL at which a Tenant URL is reached from here; on AWS it is the same. */
  readonly reach: (url: string) => string;
  readonly signal: AbortSignal;
}

export interface Extent {
  readonly users: number;
  readonly groups: number;
  /** How long the load lasts at least, with the rotation in it. */
  readonly loadSeconds: number;
  /** Fewer answers than that are no load; 25 are asked for. */
  readonly leastPerSecond: number;
  /** Whether to take the steps that mostly wait, for minutes. */
  readonly isPatient: boolean;
}

const token = v.object({ tenant: v.string(), tenantUrl: v.string(), token: v.string() });

export type TestTenant = v.InferOutput<typeof token>;

/** Runs `npm run scim -- --stack … --json <args>` and answers with what it printed. */
export const operate = async ({ stack, signal }: Target, ...args: string[]): Promise<unknown> =>
  JSON.parse(await runScript('bin/scim.ts', ['--stack', stack.name, '--json', ...args], { signal }));

/** The same for the commands that print a tenant's token; the Tenant URL is the one to be reached from here. */
export const operateToken = async (target: Target, ...args: string[]): Promise<TestTenant> => {
  const tenant = v.parse(token, await operate(target, ...args));
  return { ...tenant, tenantUrl: target.reach(tenant.tenantUrl) };
};

/** One request as Entra sends it; throws unless the answer has this status. */
export const call = async (
  { tenantUrl, token }: TestTenant,
  request: ScimRequest,
  status: number,
): Promise<Exchange> => {
  const client = new ScimClient(tenantUrl, token, 1);
  const exchange = await client.send(request);
  client.close();
  if (exchange.status === status) return exchange;
  const got = exchange.failure ?? `${exchange.status} ${exchange.text}`;
  throw new Error(`${exchange.method} ${exchange.url} should be answered with ${status}, not ${got}`);
};

/** The body of a PATCH that replaces the value of one attribute. */
export const replacing = (path: string, value: string | boolean) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
});

/** Creates a user and answers with its path below the Tenant URL. */
export const createUser = async (tenant: TestTenant, userName: string): Promise<string> => {
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true };
  const { text } = await call(tenant, { method: 'POST', path: '/Users', body }, 201);
  return `/Users/${v.parse(v.object({ id: v.string() }), JSON.parse(text)).id}`;
};
