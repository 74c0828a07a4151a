// `npm start` prints events as they happen, each once, also when the run was killed in between.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, jest, test } from '@jest/globals';
import { killLocalProcesses, type LocalProcess, startLocalProcess } from './local-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'local-events-'));

jest.setTimeout(60_000);
afterAll(() => {
  killLocalProcesses();
  rmSync(folder, { recursive: true });
});

const eventsOf = (local: LocalProcess) =>
  local
    .output()
    .split('\n')
    .filter((line) => line.startsWith('event '));

/** Waits until so many events were printed, and then a little for one too many. */
const waitForEvents = async (local: LocalProcess, count: number): Promise<string[]> => {
  for (const deadline = Date.now() + 10_000; eventsOf(local).length < count && Date.now() < deadline; ) {
    await delay(50);
  }
  await delay(500);
  return eventsOf(local);
};

const post = (local: LocalProcess, path: string, body: object) =>
  local.call(path, { method: 'POST', body: JSON.stringify(body) });

test('a run says what happens, and after kill -9 goes on where it was', async () => {
  const first = await startLocalProcess('--data', folder);
  const { id } = (await (await post(first, '/Users', { userName: 'alice@acme.example' })).json()) as {
    id: string;
  };
  expect(await waitForEvents(first, 2)).toEqual([
    'event  tenant.created  acme  acme',
    'event  user.created  acme  alice@acme.example',
  ]);
  await first.end('SIGKILL');

  const second = await startLocalProcess('--data', folder);
  await second.call(`/Users/${id}`, { method: 'DELETE' });
  expect(await waitForEvents(second, 1)).toEqual(['event  user.deleted  acme  alice@acme.example']);
  await second.end('SIGTERM');
});
