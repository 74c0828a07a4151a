// The server that the simulator starts for itself, played by scripts of a few lines.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLocalServer } from '../../../bin/simulate/local-server.ts';

const READY = `
  process.on('SIGINT', () => { console.error('ended in order'); process.exit(0); });
  console.log(JSON.stringify({ tenantUrl: 'http://127.0.0.1:' + process.argv.at(-1), token: String(process.pid) }));
  setInterval(() => {}, 1000);`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

const script = async (source: string): Promise<string> => {
  const path = join(folder, `${Math.random()}.cjs`);
  await writeFile(path, source);
  return path;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('it is ready when it prints its tenant, and gone when it is stopped', async () => {
  const handlers = process.listenerCount('SIGINT');
  const server = await startLocalServer(await script(READY), 4711);
  expect(server.tenantUrl).toBe('http://127.0.0.1:4711');
  expect(isAlive(Number(server.token))).toBe(true);
  await server.stop();
  expect(isAlive(Number(server.token))).toBe(false);
  expect(process.listenerCount('SIGINT')).toBe(handlers);
});

test.each([
  [
    'that ends early',
    'console.error("port 4711 is in use"); process.exit(3)',
    /exit code 3.*\nport 4711 is in use$/,
  ],
  ['that prints something else', `console.log('hello'); setInterval(() => {}, 1000);`, /one line of JSON/],
])('a server %s is refused with its last words', async (_, source, sentence) => {
  await expect(startLocalServer(await script(source), 4711)).rejects.toThrow(sentence);
});
