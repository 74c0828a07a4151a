// A function at work as in Lambda: a process of its own, that answers one event at a time.

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

  /** Loads the handler of a bundle or of a source, with this process's variables and those. */
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

  /** Rejects with the name and message of what the handler threw. */
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
