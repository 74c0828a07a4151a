// A local run writes a file with its addresses, so that the operator's commands find it.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from './root-path.ts';

/** The content of a run file, `.local/run-<port>.json`. Endpoints are URLs on 127.0.0.1. */
export interface LocalRun {
  /** The process that serves the run; once it is gone, the file is ignored. */
  readonly pid: number;
  /** Where the gateway listens. */
  readonly port: number;
  /** The stage's URL, `http://127.0.0.1:3000/scim`; a Tenant URL is `${baseUrl}/${tenant}/v2`. */
  readonly baseUrl: string;
  readonly tableName: string;
  /** Tokens are the secrets `<secretPrefix>/<tenant>.<incarnation>/token`. */
  readonly secretPrefix: string;
  readonly dynamodbEndpoint: string;
  readonly secretsManagerEndpoint: string;
  readonly eventBusName: string;
  readonly eventBridgeEndpoint: string;
  readonly apiGatewayEndpoint: string;
  readonly s3Endpoint: string;
  readonly lambdaEndpoint: string;
  readonly cloudWatchLogsEndpoint: string;
  /** The outputs of the stack, as `cdk deploy` would print them. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** `SCIM_RUN_FOLDER` keeps the runs of tests and of the simulator apart from the one that somebody works with. */
const folder = () => process.env.SCIM_RUN_FOLDER || rootPath('.local');
const runFile = (port: number) => join(folder(), `run-${port}.json`);

/** Writes the file of a run that is ready, and deletes those of runs that were killed. */
export const writeRunFile = (run: LocalRun): void => {
  mkdirSync(folder(), { recursive: true });
  for (const { pid, port } of readRunFiles()) if (!isAlive(pid)) removeRunFile(port);
  writeFileSync(runFile(run.port), `${JSON.stringify(run, null, 2)}\n`);
};

/** Deletes the file of the run on `port`; does nothing when there is none. */
export const removeRunFile = (port: number): void => rmSync(runFile(port), { force: true });

/** The runs whose process is alive, by port; files that killed runs left behind are ignored. */
export const findLocalRuns = (): LocalRun[] =>
  readRunFiles()
    .filter(({ pid }) => isAlive(pid))
    .sort((a, b) => a.port - b.port);

const readRunFiles = (): LocalRun[] =>
  runFileNames()
    .map(readRunFile)
    .filter((run) => run !== undefined);

const runFileNames = (): string[] => {
  try {
    return readdirSync(folder()).filter((name) => /^run-\d+\.json$/.test(name));
  } catch {
    return []; // no run was ever started here
  }
};

/** Undefined for a file that is being written or deleted right now. */
const readRunFile = (name: string): LocalRun | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder(), name), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Whether a process with this id exists; signal 0 only checks. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
