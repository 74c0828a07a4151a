// The command line of the simulator.

import { parseArgs } from 'node:util';
import type { DialectName } from './dialect.ts';

/** Printed by `--help`. */
export const USAGE = `Acts as Microsoft Entra's provisioning service against a SCIM server.

  npm run simulate -- [--url URL --token TOKEN] [--users 500] [--groups 20]
                      [--dialect legacy|standard] [--concurrency 8] [--port N]

  --url, --token  the tenant to test (the token can also be in SCIM_TOKEN); without them the running
                  'npm start' is tested, or a local server that is started for it
  --dialect       how PATCH is written: legacy is Entra's default, standard is its flag aadOptscim062020 (default: both)
  --port          start a local server on this port (0: any free one), even beside a running one

Exit code 0: no deviation; 1: deviations; 2: wrong usage, or the server cannot be reached.`;

/** Ends the simulator with exit code 2 and this one sentence. */
export class CannotSimulate extends Error {}

/** The parsed options, with defaults. */
export interface Options {
  /** A tenant; or a local server of its own on `port`; without a port the running one, if there is one. */
  readonly target: { readonly url: string; readonly token: string } | { readonly port: number | undefined };
  /** How many to invent. */
  readonly users: number;
  readonly groups: number;
  /** One run of all phases for each. */
  readonly dialects: readonly DialectName[];
  /** How many steps of a phase run at the same time. */
  readonly concurrency: number;
}

const OPTIONS = {
  url: { type: 'string' },
  token: { type: 'string' },
  users: { type: 'string', default: '500' },
  groups: { type: 'string', default: '20' },
  dialect: { type: 'string' },
  concurrency: { type: 'string', default: '8' },
  port: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new CannotSimulate(error instanceof Error ? error.message : String(error));
  }
};

const integer = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new CannotSimulate(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
};

const dialectsOf = (name: string | undefined): readonly DialectName[] => {
  if (name === undefined) return ['legacy', 'standard'];
  if (name === 'legacy' || name === 'standard') return [name];
  throw new CannotSimulate(`--dialect is legacy or standard, not "${name}".`);
};

const targetOf = (
  { url, token, port }: { url?: string; token?: string; port?: string },
  environment: NodeJS.ProcessEnv,
): Options['target'] => {
  if (url === undefined) {
    if (token !== undefined) throw new CannotSimulate('--token belongs to a tenant URL: pass --url too.');
    return { port: port === undefined ? undefined : integer('port', port, 0, 65_535) };
  }
  if (port !== undefined)
    throw new CannotSimulate('--port is for the local server: it cannot be combined with --url.');
  const secret = token ?? environment.SCIM_TOKEN;
  if (!secret)
    throw new CannotSimulate('--url needs the bearer token of the tenant, in --token or SCIM_TOKEN.');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CannotSimulate(`--url takes the Tenant URL, http or https, not "${url}".`);
  }
  return { url, token: secret };
};

/** The options, or undefined for --help. Throws CannotSimulate. */
export const parseOptions = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Options | undefined => {
  const values = parsed(args);
  if (values.help) return undefined;
  return {
    target: targetOf(values, environment),
    users: integer('users', values.users, 0, 1_000_000),
    groups: integer('groups', values.groups, 0, 100_000),
    dialects: dialectsOf(values.dialect),
    concurrency: integer('concurrency', values.concurrency, 1, 256),
  };
};
