// Lambda on this machine: each function runs in its own thread, with its own environment only. Start here.

import { Worker } from 'node:worker_threads';
import { rootPath } from '../../shared/root-path.ts';
import type { LocalFunction } from '../stack/stack.ts';
import { StartupError } from '../startup-error.ts';
import { FunctionError, FunctionTimeout } from './function-error.ts';
import { shownOutput } from './output-lines.ts';

/** Invokes a function; rejects with a `FunctionError`, or with a `FunctionTimeout` after `waitMs`. */
export type InvokeFunction = (functionName: string, event: object, waitMs: number) => Promise<unknown>;

/** For a caller that waits as long as the function may run: Lambda's longest timeout. */
export const LONGEST_WAIT_MS = 15 * 60 * 1000;

/** The functions of the stack, ready to be invoked. */
export interface FunctionHost {
  readonly invoke: InvokeFunction;
  /** Loads these functions before their first invocation; throws a `StartupError` when one cannot be loaded. */
  readonly load: (functionNames: readonly string[]) => Promise<void>;
  /** Terminates all threads, whatever they are doing. */
  readonly stop: () => Promise<void>;
}

/** Sent by the thread: it has loaded, or an invocation has ended (`result` is JSON, as Lambda sends it). */
export type WorkerMessage =
  | { readonly loaded: true }
  | { readonly id: number; readonly result: string }
  | { readonly id: number; readonly errorMessage: string; readonly cause?: string | undefined };

/** Sent to the thread. `deadlineMs` is since the epoch. */
export interface WorkerInvocation {
  /** Matches the answer of the thread to its invocation. */
  readonly id: number;
  /** Passed by structured clone. */
  readonly event: object;
  readonly functionName: string;
  readonly deadlineMs: number;
}

/** Lambda's limit for the response of a synchronous invocation: 6 MB and the 100 bytes that its error message names. */
const MAX_RESULT_BYTES = 6_291_556;

/**
 * Prepares the functions. `sdkEnvironment` (region, keys, endpoints) is added to the environment of each. With `isVerbose` each
 * request is a line of output.
 */
export const hostFunctions = (
  functions: readonly LocalFunction[],
  sdkEnvironment: Readonly<Record<string, string>>,
  isVerbose = false,
): FunctionHost => {
  const hosted = new Map(
    functions.map((each) => [each.name, new HostedFunction(each, sdkEnvironment, isVerbose)]),
  );
  const find = (functionName: string): HostedFunction => {
    const found = hosted.get(functionName);
    if (found) return found;
    throw new FunctionError(`There is no function ${functionName} with a local source.`);
  };
  return {
    load: async (functionNames) => {
      try {
        await Promise.all(functionNames.map((name) => find(name).load()));
      } catch (error) {
        throw new StartupError((error as Error).message);
      }
    },
    invoke: async (functionName, event, waitMs) => find(functionName).invoke(event, waitMs),
    stop: async () => {
      await Promise.all([...hosted.values()].map((each) => each.stop()));
    },
  };
};

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

/** A thread with its handler, and the invocations in progress. */
interface Sandbox {
  readonly worker: Worker;
  readonly loaded: Promise<void>;
  readonly pending: Map<number, Pending>;
}

class HostedFunction {
  readonly #function: LocalFunction;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #isVerbose: boolean;
  #sandbox: Sandbox | undefined;
  #nextId = 0;

  constructor(hosted: LocalFunction, sdkEnvironment: Readonly<Record<string, string>>, isVerbose: boolean) {
    this.#function = hosted;
    this.#isVerbose = isVerbose;
    this.#environment = {
      AWS_LAMBDA_FUNCTION_NAME: hosted.name,
      ...sdkEnvironment,
      ...hosted.environment,
    };
  }

  /** Starts the thread unless it is running: at the start, and again for the first invocation after it ended. */
  async load(): Promise<Sandbox> {
    this.#sandbox ??= this.#start();
    const sandbox = this.#sandbox;
    await sandbox.loaded;
    return sandbox;
  }

  /** Rejects at the function's own timeout or the caller's, whichever comes first. */
  async invoke(event: object, waitMs: number): Promise<unknown> {
    const { worker, pending } = await this.load();
    const id = this.#nextId++;
    const timeoutMs = this.#function.timeoutSeconds * 1000;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const giveUp = setTimeout(() => reject(new FunctionTimeout('The caller stopped waiting.')), waitMs);
    // As in Lambda, a function that times out loses its sandbox, and with it all invocations in progress there.
    const timeOut = setTimeout(() => {
      this.#forget(worker);
      reject(new FunctionError(`Task timed out after ${timeoutMs / 1000} seconds`));
      void worker.terminate();
    }, timeoutMs);
    pending.set(id, { resolve, reject });
    const { name: functionName } = this.#function;
    worker.postMessage({
      id,
      event,
      functionName,
      deadlineMs: Date.now() + timeoutMs,
    } satisfies WorkerInvocation);
    return promise.finally(() => {
      clearTimeout(giveUp);
      clearTimeout(timeOut);
      pending.delete(id);
    });
  }

  async stop(): Promise<void> {
    await this.#sandbox?.worker.terminate();
  }

  /** The next invocation gets a fresh thread. */
  #forget(worker: Worker): void {
    if (this.#sandbox?.worker === worker) this.#sandbox = undefined;
  }

  #start(): Sandbox {
    const worker = new Worker(rootPath('bin/local/functions/worker.ts'), {
      name: this.#function.name,
      workerData: rootPath(this.#function.entry),
      env: { ...this.#environment },
      stdout: true,
      stderr: true,
    });
    // Our own standard output is reserved for the answer of --json.
    worker.stdout.on('data', (chunk) => process.stderr.write(shownOutput(String(chunk), this.#isVerbose)));
    worker.stderr.on('data', (chunk) => process.stderr.write(shownOutput(String(chunk), this.#isVerbose)));
    const pending: Sandbox['pending'] = new Map();
    const loaded = new Promise<void>((resolve, reject) => {
      let reason = `${this.#function.entry} exited before it answered.`;
      worker.once('error', (error: unknown) => {
        reason = `${this.#function.entry} failed: ${error instanceof Error ? error.message : error}`;
        if (pending.size > 0) console.error(reason);
      });
      worker.once('exit', () => {
        this.#forget(worker);
        const error = new FunctionError(reason);
        reject(error);
        for (const invocation of pending.values()) invocation.reject(error);
      });
      worker.on('message', (message: WorkerMessage) => {
        if ('loaded' in message) resolve();
        else settle(pending.get(message.id), message);
      });
    });
    loaded.catch(() => {}); // the invocation reports it
    return { worker, loaded, pending };
  }
}

const settle = (invocation: Pending | undefined, message: Exclude<WorkerMessage, { loaded: true }>): void => {
  if ('errorMessage' in message) {
    invocation?.reject(new FunctionError(message.errorMessage, { cause: message.cause }));
  } else if (Buffer.byteLength(message.result) > MAX_RESULT_BYTES) {
    invocation?.reject(new FunctionError('Response payload size exceeded maximum allowed payload size.'));
  } else {
    invocation?.resolve(JSON.parse(message.result));
  }
};
