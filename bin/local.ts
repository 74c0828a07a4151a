// `npm start`: the deployed service on one machine. bin/local/run.ts has what it starts.

import { parseArgs } from 'node:util';
import { type Run, type RunOptions, startRun } from './local/run.ts';
import { StartupError } from './local/startup-error.ts';

const USAGE = `npm start -- [--port N] [--data DIR] [--throttle] [--verbose] [--json]

  --port N     listen on this port of 127.0.0.1 (default: 3000; 0: any free port)
  --data DIR   keep users, groups, tenants and tokens in this folder (default: in memory)
  --throttle   limit each tenant's requests as on AWS (scim:tenantRequestsPerSecond, scim:tenantBurst)
  --verbose    print each request as a line, not only each event
  --json       when ready, print one line {"tenantUrl":…,"token":…}; everything else goes to standard error`;

interface Arguments extends RunOptions {
  readonly json: boolean;
  readonly help: boolean;
}

const readArguments = (): Arguments => {
  const port = { type: 'string', default: '3000' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { port, data: { type: 'string' }, throttle: flag, verbose: flag, json: flag, help: flag },
    });
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
      throw new Error(`--port is a number from 0 to 65535, not "${values.port}".`);
    }
    const { data: dataFolder, throttle, verbose, json, help } = values;
    return { port: Number(values.port), dataFolder, throttle, verbose, json, help };
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${USAGE}`);
  }
};

/** The first Ctrl-C stops the run in order; the second ends it at once. */
const stopOnSignal = (run: Run): void => {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await run.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

const welcome = (
  { tenantUrl, token, liveViewUrl }: Run,
  { dataFolder }: RunOptions,
  seconds: number,
): string => `
Ready after ${seconds.toFixed(1)} s. ${dataFolder ? `Data is kept in ${dataFolder}.` : 'Data is in memory and is lost when this run ends.'}

  Tenant URL     ${tenantUrl}
  Secret Token   ${token}
  Live view      ${liveViewUrl}

Try it:

  curl -s -H 'Authorization: Bearer ${token}' '${tenantUrl}/Users'

Press Ctrl-C to stop.
`;

try {
  const options = readArguments();
  if (options.help) {
    console.log(USAGE);
  } else {
    const run = await startRun(options);
    stopOnSignal(run);
    const { tenantUrl, token } = run;
    console.error(options.json ? `Ready: ${tenantUrl}` : '');
    console.log(
      options.json ? JSON.stringify({ tenantUrl, token }) : welcome(run, options, process.uptime()),
    );
  }
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
