// Ctrl-C, a closed terminal and `kill` end a run in order: what is under way is given up, what was started is ended.

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('Interrupted.');
    this.exitCode = exitCode;
  }
}

/** Runs `main` with a signal that aborts on the first interruption, and sets the exit code; a second one ends at once. */
export const runInterruptibly = async (main: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const interruption = new AbortController();
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(exitCode);
      interruption.abort(new Interrupted(exitCode));
    });
  }
  try {
    await main(interruption.signal);
  } catch (error) {
    const { reason } = interruption.signal;
    if (!(reason instanceof Interrupted)) console.error(error instanceof Error ? error.message : error);
    process.exitCode = reason instanceof Interrupted ? reason.exitCode : 1;
  }
};
