// npm run simulate: does what Microsoft Entra does against a SCIM server, and reports where the server deviates from what
// Entra expects. A black-box client: it shares no code with the server.

import { join } from 'node:path';
import { ScimClient } from './simulate/client.ts';
import { duration, estimate } from './simulate/duration.ts';
import { type Server, startLocalServer } from './simulate/local-server.ts';
import { CannotSimulate, type Options, parseOptions, USAGE } from './simulate/options.ts';
import { deviationTexts, table } from './simulate/report.ts';
import { simulate } from './simulate/run.ts';
import { findRunningServer } from './simulate/running-server.ts';

const LOCAL_SERVER = join(import.meta.dirname, 'local.ts');

const startTarget = async (target: Options['target']): Promise<Server> => {
  if ('url' in target) return notOurs({ tenantUrl: target.url, token: target.token });
  const running = target.port === undefined ? await findRunningServer() : undefined;
  return running ? notOurs(running) : startLocalServer(LOCAL_SERVER, target.port ?? 0);
};

const notOurs = (server: Pick<Server, 'tenantUrl' | 'token'>): Server => ({
  ...server,
  stop: () => Promise.resolve(),
});

/** Fails early when the server does not answer or refuses the token: otherwise every request would be a deviation. */
const expectWelcome = async (client: ScimClient): Promise<void> => {
  const { failure, status } = await client.send({
    method: 'GET',
    path: '/Users',
    query: { startIndex: '1', count: '1' },
  });
  if (failure) throw new CannotSimulate(`Cannot reach ${client.tenantUrl}: ${failure}.`);
  if (status === 401 || status === 403) {
    throw new CannotSimulate(`${client.tenantUrl} refuses the token (status ${status}).`);
  }
};

const play = async (options: Options): Promise<number> => {
  const server = await startTarget(options.target);
  const client = new ScimClient(server.tenantUrl, server.token, options.concurrency * 2);
  try {
    await expectWelcome(client);
    const { users, groups } = options;
    console.error(
      `Plays Entra against ${client.tenantUrl} (users: ${users}, groups: ${groups}): ${estimate(options)} on a local run.`,
    );
    const begun = performance.now();
    const report = await simulate({ client, ...options });
    for (const text of deviationTexts(report)) console.log(`${text}\n`);
    console.log(table(report));
    console.log(`\nIt took ${duration((performance.now() - begun) / 1000)}.`);
    console.log(report.deviations === 0 ? '\nNo deviation.' : `\nDeviations: ${report.deviations}.`);
    return report.deviations === 0 ? 0 : 1;
  } finally {
    client.close();
    await server.stop();
  }
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options) return play(options);
  console.log(USAGE);
  return 0;
};

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof CannotSimulate)) throw error;
  console.error(error.message);
  return 2;
});
