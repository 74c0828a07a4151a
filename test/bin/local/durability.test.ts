// Nothing that was acknowledged may be lost, however the run ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type LocalProcess, startLocalProcess, stopsAnswering } from './local-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'local-data-'));
const started: LocalProcess[] = [];

afterAll(async () => {
  for (const local of started) await local.end('SIGKILL');
  rmSync(folder, { recursive: true });
});

const start = async () => {
  const local = await startLocalProcess('--data', folder);
  started.push(local);
  return local;
};

/** Creates users until the run is gone; resolves to the locations of those that were acknowledged. */
const createUntilKilled = async ({ call, tenantUrl }: LocalProcess, writer: number): Promise<string[]> => {
  const acknowledged: string[] = [];
  for (let n = 0; ; n += 1) {
    const userName = `user-${writer}-${n}@acme.example`;
    const answer = await call('/Users', { method: 'POST', body: JSON.stringify({ userName }) }).catch(
      () => undefined, // the connection broke
    );
    if (!answer) return acknowledged;
    expect(answer.status).toBe(201);
    acknowledged.push(answer.headers.get('location')?.slice(tenantUrl.length) ?? '');
  }
};

test('with --data, users and the token survive kill -9 in the middle of writing', async () => {
  const first = await start();
  const writers = [1, 2, 3, 4].map((writer) => createUntilKilled(first, writer));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await first.end('SIGKILL');
  const acknowledged = (await Promise.all(writers)).flat();
  expect(acknowledged.length).toBeGreaterThan(20);
  expect(await stopsAnswering(first.run.dynamodbEndpoint)).toBe(true);

  const second = await start();
  expect(second.token).toBe(first.token);
  for (const path of acknowledged) {
    const answer = await second.call(path);
    expect([path, answer.status]).toEqual([path, 200]);
  }
});
