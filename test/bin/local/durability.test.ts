// Nothing that was acknowledged may be lost, however the run ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { killLocalProcesses, type LocalProcess, startLocalProcess, stopsAnswering } from './local-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'local-data-'));
const ENOUGH = 100;

jest.setTimeout(120_000);
afterAll(() => {
  killLocalProcesses();
  rmSync(folder, { recursive: true });
});

/** Creates users, noting the path of each that was acknowledged, until enough are; then kills the run. */
const createUntilKilled = async (local: LocalProcess, writer: number, acknowledged: string[]) => {
  for (let n = 0; ; n += 1) {
    const body = JSON.stringify({ userName: `user-${writer}-${n}@acme.example` });
    const answer = await local.call('/Users', { method: 'POST', body }).catch(() => undefined);
    if (!answer) return; // the connection broke
    expect(answer.status).toBe(201);
    acknowledged.push(answer.headers.get('location')?.slice(local.tenantUrl.length) ?? '');
    if (acknowledged.length === ENOUGH) await local.end('SIGKILL');
  }
};

test('with --data, users and the token survive kill -9 in the middle of writing', async () => {
  const first = await startLocalProcess('--data', folder);
  const acknowledged: string[] = [];
  await Promise.all([1, 2, 3, 4].map((writer) => createUntilKilled(first, writer, acknowledged)));
  expect(acknowledged.length).toBeGreaterThanOrEqual(ENOUGH);
  expect(await stopsAnswering(first.run.dynamodbEndpoint)).toBe(true);

  const second = await startLocalProcess('--data', folder);
  expect(second.token).toBe(first.token);
  for (const path of acknowledged) {
    const answer = await second.call(path);
    expect([path, answer.status]).toEqual([path, 200]);
  }
});
