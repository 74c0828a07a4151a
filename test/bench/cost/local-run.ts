// The local run of a checkout under load: requests a second, response times, memory and CPU.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { percentile } from '../statistics.ts';
import { incrementalCycle, initialCycle, listPages, type Send } from './cycles.ts';

export interface Load {
  readonly phase: string;
  readonly requestsPerSecond: number;
  /** Milliseconds of CPU a request, of the run without its DynamoDB emulator. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface LocalRunFigures {
  readonly loads: readonly Load[];
  /** Resident megabytes at the end, of the run without its DynamoDB emulator; undefined where there is no /proc. */
  readonly memoryMb: number | undefined;
}

const LANES = 8;

/** As it was before emulators were started in this process. */
const environment = { ...process.env };

/** Drives a fresh local run of `checkout` with so many users. */
export const measureLocalRun = async (checkout: string, users: number): Promise<LocalRunFigures> => {
  const run = await startRun(checkout);
  try {
    const names = Array.from({ length: users }, (_, n) => `local-${n}`.padEnd(15, 'x'));
    const phases: readonly (readonly [string, (send: Send) => Promise<void>])[] = [
      ['initial cycle', (send) => initialCycle(send, names, LANES)],
      ['incremental cycle', (send) => incrementalCycle(send, names, { lanes: LANES, title: 'Changed' })],
      ['pages of 100', (send) => listPages(send, Math.ceil(users / 10), LANES)],
    ];
    const loads: Load[] = [];
    for (const [phase, play] of phases) {
      const durations: number[] = [];
      const cpuBefore = run.cpuMs();
      const startedAt = performance.now();
      await play(run.sender(durations));
      const ms = performance.now() - startedAt;
      loads.push({
        phase,
        requestsPerSecond: durations.length / (ms / 1000),
        cpuMs: (run.cpuMs() - cpuBefore) / durations.length,
        p50Ms: percentile(durations, 0.5),
        p95Ms: percentile(durations, 0.95),
        p99Ms: percentile(durations, 0.99),
      });
    }
    return { loads, memoryMb: run.memoryMb() };
  } finally {
    await run.end();
  }
};

const startRun = async (checkout: string) => {
  const runs = mkdtempSync(join(tmpdir(), 'scim-bench-'));
  const child = spawn(process.execPath, [join(checkout, 'bin/local.ts'), '--json', '--port', '0'], {
    cwd: checkout,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...environment, SCIM_RUN_FOLDER: runs },
  });
  const ended = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  child.stdout.resume();
  const { tenantUrl, token } = JSON.parse(line) as { tenantUrl: string; token: string };
  const agent = new http.Agent({ keepAlive: true, maxSockets: LANES });
  const group = child.pid ?? 0;
  const exchange = (method: string, path: string, body?: object) =>
    new Promise<Awaited<ReturnType<Send>>>((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(body && { 'Content-Type': 'application/scim+json' }),
      };
      const request = http.request(`${tenantUrl}${path}`, { method, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body: text ? JSON.parse(text) : {} });
        });
      });
      request.on('error', reject).end(body && JSON.stringify(body));
    });
  return {
    sender:
      (durations: number[]): Send =>
      async (method, path, body) => {
        const startedAt = performance.now();
        const answer = await exchange(method, path, body);
        durations.push(performance.now() - startedAt);
        return answer;
      },
    cpuMs: () => sumOver(group, cpuMsOf),
    memoryMb: () => sumOver(group, residentBytesOf) / 1e6 || undefined,
    end: async () => {
      agent.destroy();
      process.kill(-group, 'SIGINT');
      await ended;
      rmSync(runs, { recursive: true, force: true });
    },
  };
};

const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** The fields of /proc/<pid>/stat behind the name of the program (proc(5)); undefined once the process has ended. */
const statOf = (pid: string): readonly string[] | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
};

const cpuMsOf = (stat: readonly string[]): number => (Number(stat[11]) + Number(stat[12])) * TICK_MS;
const residentBytesOf = (stat: readonly string[]): number => Number(stat[21]) * PAGE_BYTES;

/** Of the processes in a group that run Node.js: what was started from npm packages in other languages is an emulator. */
const sumOver = (group: number, figure: (stat: readonly string[]) => number): number => {
  let processes: string[] = [];
  try {
    processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return Number.NaN;
  }
  return processes.reduce((sum, pid) => {
    const stat = statOf(pid);
    return stat && Number(stat[2]) === group && isNode(pid) ? sum + figure(stat) : sum;
  }, 0);
};

const isNode = (pid: string): boolean => {
  try {
    return /(^|\/)node(js)?\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
};
