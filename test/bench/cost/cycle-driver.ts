// The handlers of a checkout, this one or an older one, in a process of their own: `node cycle-driver.ts <checkout>`. For each
// line that it reads it runs both cycles with users of their own, and prints the CPU of a request in milliseconds.

import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { cpuMs } from '../statistics.ts';
import { incrementalCycle, initialCycle, type Send } from './cycles.ts';

/** What this needs of a checkout's test/support/scim-client.ts. */
interface Client {
  createTenant?(): Promise<unknown>;
  send(method: string, path: string, call?: { body?: object }): ReturnType<Send>;
}

const USERS = 150;

const [, , checkout = ''] = process.argv;
const load = (path: string) => import(pathToFileURL(join(checkout, path)).href);
const { log } = console;
for (const name of ['info', 'error'] as const) console[name] = () => {};

const startEmulators: () => Promise<void> = (await load('test/setup/start-emulators.ts')).default;
const stopEmulators: () => Promise<void> = (await load('test/setup/stop-emulators.ts')).default;
await startEmulators();
const { ScimClient }: { ScimClient: new () => Client } = await load('test/support/scim-client.ts');
const client = new ScimClient();
await client.createTenant?.();
const send: Send = (method, path, body) => client.send(method, path, body ? { body } : {});

const lines = createInterface(process.stdin);
lines.on('line', async (round) => {
  const users = Array.from({ length: USERS }, (_, n) => `r${round}-${n}`.padEnd(15, 'x'));
  const initialMs = (await cpuMs(() => initialCycle(send, users, 1))) / (2 * USERS);
  const incrementalMs =
    (await cpuMs(() => incrementalCycle(send, users, { lanes: 1, title: `In round ${round}` }))) /
    (2 * USERS);
  log(JSON.stringify({ initialMs, incrementalMs }));
});
log(JSON.stringify({ ready: true }));
await once(lines, 'close');
await stopEmulators();
process.exit();
