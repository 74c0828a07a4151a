// The operator's command line on the stack Scim of the tests, which a test plays with playStacks or playGateway.

import { expect } from '@jest/globals';
import type { TenantId } from '../../../lambdas/tenants/tenant.ts';
import { freshTenantId } from '../../setup/fresh-tenant.ts';
import { scim as run, TARGET_LINE } from './terminal.ts';

/** What a token looks like, wherever it is printed. */
export const TOKEN = /scim1\.[\w.-]+/;

/** Runs a line; with `typed`, somebody types it. */
export const scim = (line: string, typed?: string) => run(`--stack Scim ${line}`, typed);

/** The answer of a line that succeeds. */
export const json = async (line: string) => {
  const { exitCode, stdout, stderr } = await scim(`${line} --json`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: TARGET_LINE });
  return JSON.parse(stdout);
};

export const create = async (): Promise<{ id: TenantId; token: string }> => {
  const id = freshTenantId();
  const { token } = await json(`tenant create ${id}`);
  return { id, token: String(token) };
};
