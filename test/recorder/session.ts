// The tools of a scenario: the command line, HTTP, and a way to wait until all events are published.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rootPath } from '../../bin/shared/root-path.ts';
import { type CommandResult, runScim } from './commands.ts';
import { type Entry, eventEntries, postEntries, type Seen, seenEntries } from './entries.ts';
import { PROBE_TENANT, type RecordedRun, settleBy, waitUntil } from './local-run.ts';
import type { Normaliser } from './normalise.ts';
import { type Exchange, startProxy } from './proxy.ts';
import type { Receiver } from './receiver.ts';

export interface Session {
  /** Runs `npm run scim -- <line>` on the recorded run, with and without `--json`; answers with the JSON. */
  readonly scim: (line: string) => Promise<Readonly<Record<string, never>>>;
  /** Runs it once, unchanged: for commands that cannot be repeated, or must not get the options of the run. */
  readonly once: (
    line: string,
    options?: { readonly endAfterLines?: number; readonly anywhere?: true },
  ) => Promise<void>;
  /** Sends a request with the token of `tenant`, unless `headers` has another. */
  readonly http: (
    tenant: string,
    request: string,
    body?: object | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Exchange>;
  readonly useToken: (tenant: string, token: string) => void;
  readonly simulate: (...args: string[]) => Promise<void>;
  readonly receiver: Receiver;
  /** The lines since the last call, under this title; waits until every event of `posted` has been posted. */
  readonly close: (title: string, posted?: string) => Promise<Entry[]>;
  readonly stop: () => Promise<void>;
}

/** Whether the answer depends on what the changes function counts or deletes, which is then waited for. */
const needsCalm = (method: string, path: string) =>
  method === 'DELETE' ||
  path.endsWith('/.search') ||
  (method === 'GET' && !/\/v2\/\w+\/[^?]/.test(path) && !path.includes('filter='));

export const openSession = async (
  run: RecordedRun,
  receiver: Receiver,
  normaliser: Normaliser,
): Promise<Session> => {
  const here = ['--port', String(run.port)];
  const { token: probeToken } = JSON.parse(
    (await runScim(['tenant', 'create', PROBE_TENANT, '--json', ...here])).stdout,
  );
  const settle = await settleBy(run, probeToken);
  const tokens = new Map([['acme', run.token]]);
  let seen: Seen[] = [];
  let last: Exchange | undefined;
  const proxy = await startProxy(
    run.port,
    async (method, path) => {
      if (needsCalm(method, path)) await settle();
    },
    (exchange) => {
      last = exchange;
      seen.push({ exchange });
      const { method, status, headers, body } = exchange;
      if (method !== 'POST' || status >= 300) return;
      normaliser.learn({ location: headers.find(([name]) => /^location$/i.test(name))?.[1], body });
    },
    normaliser.text,
  );
  const origin = `http://127.0.0.1:${proxy.port}`;
  /** The port is not recorded. */
  const play = async (
    argv: readonly string[],
    where: readonly string[],
    endAfterLines?: number,
  ): Promise<CommandResult> => {
    const result = await runScim([...argv, ...where], endAfterLines);
    seen.push({ command: { ...result, argv } });
    return result;
  };

  return {
    scim: async (line) => {
      await settle();
      const argv = wordsOf(line);
      const { stdout } = await play([...argv, '--json'], here);
      await play(argv, here);
      return stdout ? JSON.parse(stdout) : {};
    },
    once: async (line, { endAfterLines, anywhere } = {}) => {
      await settle();
      await play(wordsOf(line), anywhere ? [] : here, endAfterLines);
    },
    http: async (tenant, request, body, headers) => {
      const [method = 'GET', path = ''] = request.split(/ (.*)/s);
      const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      await fetch(`${origin}/scim/${tenant}/v2${path}`, {
        method,
        redirect: 'manual',
        headers: {
          Authorization: `Bearer ${tokens.get(tenant)}`,
          ...(sent !== undefined && { 'Content-Type': 'application/scim+json' }),
          ...headers,
        },
        ...(sent !== undefined && { body: sent }),
        signal: AbortSignal.timeout(30_000),
      }).then((response) => response.arrayBuffer());
      if (!last) throw new Error('Nothing was recorded.');
      return last;
    },
    useToken: (tenant, token) => void tokens.set(tenant, token),
    simulate: async (...args) => {
      const target = ['--url', `${origin}/scim/acme/v2`, '--token', tokens.get('acme') ?? ''];
      const child = spawn(process.execPath, [rootPath('bin/simulate.ts'), ...target, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 240_000,
      });
      const [code, signal] = await once(child, 'close');
      seen.push({ simulate: args.join(' '), exit: code ?? signal });
    },
    receiver,
    close: async (title, posted) => {
      // Once more, for the changes that the changes function writes itself: the memberships of deleted users.
      await settle();
      await settle();
      const toPost = run.events.filter(
        ({ detail }) => (detail as { tenant?: string }).tenant === posted,
      ).length;
      await waitUntil(`${toPost} events are posted`, () => receiver.posts.length >= toPost);
      const entries = [
        { scenario: title },
        ...seenEntries(seen, normaliser),
        ...eventEntries(run.events, normaliser),
        ...postEntries(receiver.posts, normaliser),
      ];
      seen = [];
      run.events.length = 0;
      receiver.posts.length = 0;
      return entries;
    },
    stop: () => proxy.stop(),
  };
};

const wordsOf = (line: string): string[] => line.split(' ').filter((word) => word !== '');
