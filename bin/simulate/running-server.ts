// The local run that somebody has started with `npm start`, as a target: found and asked by the operator's command, because the
// simulator shares no code with the server.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isObject, parseJson } from './json.ts';
import { CannotSimulate } from './options.ts';

/** The tenant that `npm start` creates. */
const FIRST_TENANT = 'acme';

interface RunningServer {
  readonly tenantUrl: string;
  readonly token: string;
}

/** Undefined when no local run is there. Throws CannotSimulate when there are several, or its tenant is gone. */
export const findRunningServer = async (): Promise<RunningServer | undefined> => {
  const script = join(import.meta.dirname, '../scim.ts');
  const args = [script, 'token', 'show', FIRST_TENANT, '--local', '--json'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args).catch(
    (error: { stdout?: string; stderr?: string }) => ({ stdout: '', stderr: error.stderr ?? '' }),
  );
  const tenant = parseJson(stdout);
  if (isObject(tenant) && typeof tenant.tenantUrl === 'string' && typeof tenant.token === 'string') {
    return { tenantUrl: tenant.tenantUrl, token: tenant.token };
  }
  const failure = parseJson(stderr.trim().split('\n').at(-1) ?? '');
  const sentence = isObject(failure) && typeof failure.error === 'string' ? failure.error : stderr.trim();
  if (sentence.startsWith('There is no local run')) return undefined;
  throw new CannotSimulate(`${sentence} Name a tenant with --url and --token.`);
};
