// A local run leaves a note of where it listens, so that the CLI and the simulator find it by themselves.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from './root-path.ts';

export interface LocalRun {
  readonly pid: number;
  readonly port: number;
  /** The stage's URL, `http://127.0.0.1:3000/scim`; a Tenant URL is `${baseUrl}/${tenant}/v2`. */
  readonly baseUrl: string;
  readonly tableName: string;
  readonly secretPrefix: string;
  readonly dynamodbEndpoint: string;
  readonly secretsManagerEndpoint: string;
  readonly eventBusName: string;
  readonly eventBridgeEndpoint: string;
  readonly apiGatewayEndpoint: string;
  readonly s3Endpoint: string;
  readonly lambdaEndpoint: string;
  readonly cloudWatchLogsEndpoint: string;
  /** What `cdk deploy` would print of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
}

const folder = rootPath('.local');
const runFile = (port: number) => join(folder, `run-${port}.json`);

/** Notes a run that is ready, and drops the notes of those that were killed. */
export const writeRunFile = (run: LocalRun): void => {
  mkdirSync(folder, { recursive: true });
  for (const { pid, port } of readNotes()) if (!isAlive(pid)) removeRunFile(port);
  writeFileSync(runFile(run.port), `${JSON.stringify(run, null, 2)}\n`);
};

/** Forgets the run on `port`; harmless when there is none. */
export const removeRunFile = (port: number): void => rmSync(runFile(port), { force: true });

/** The runs whose process is alive, by port; a note that a killed run left behind is passed over. */
export const findLocalRuns = (): LocalRun[] =>
  readNotes()
    .filter(({ pid }) => isAlive(pid))
    .sort((a, b) => a.port - b.port);

const readNotes = (): LocalRun[] =>
  noteNames()
    .map(readNote)
    .filter((run) => run !== undefined);

const noteNames = (): string[] => {
  try {
    return readdirSync(folder).filter((name) => /^run-\d+\.json$/.test(name));
  } catch {
    return []; // no run was ever started here
  }
};

/** Undefined for a note that is being written or removed at this moment. */
const readNote = (name: string): LocalRun | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Whether a process with this id exists; signal 0 only asks. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
