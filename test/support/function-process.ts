// Runs a function as Lambda does: in its own process, one event at a time.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const SCRIPT = `
  const { handler } = await import(process.argv[1]);
  const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => 28_000 };
  process.on('message', async (event) => {
    try {
      process.send({ result: (await handler(event, context)) ?? null });
    } catch ({ name, message }) {
      process.send({ error: name + ': ' + message });
    }
  });
  process.send('loaded');`;

export class FunctionProcess {
  readonly #process: ChildProcess;

  private constructor(started: ChildProcess) {
    this.#process = started;
  }

  /** Loads the handler from a bundle or a source file, with this process's environment plus these variables. */
  static async start(
    file: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<FunctionProcess> {
    const started = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT, file], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(started, 'message');
    return new FunctionProcess(started);
  }

  /** Rejects with the name and message of the handler's error. */
  async invoke<Result>(event: object): Promise<Result> {
    this.#process.send(event);
    const [{ result, error }] = (await once(this.#process, 'message')) as [
      { result?: Result; error?: string },
    ];
    if (error !== undefined) throw new Error(error);
    return result as Result;
  }

  stop(): void {
    this.#process.kill();
  }
}
