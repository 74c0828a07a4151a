// What was done, how long it took, and what came of it: a line as each step ends, and a table at the end.

interface Row {
  readonly step: string;
  readonly seconds: number;
  readonly outcome: string;
}

export class Summary {
  readonly #rows: Row[] = [];
  readonly #started = performance.now();

  /** Runs one step. The text that it answers with, if any, is told beside its time. */
  async step(step: string, run: () => Promise<unknown>): Promise<void> {
    const started = performance.now();
    try {
      const outcome = await run();
      this.record(step, started, typeof outcome === 'string' ? outcome : '');
    } catch (error) {
      this.record(step, started, 'FAILED');
      throw error;
    }
  }

  /** Tells of a step that began at `started` (of `performance.now`) and has just ended. */
  record(step: string, started: number, outcome = ''): void {
    const seconds = (performance.now() - started) / 1000;
    this.#rows.push({ step, seconds, outcome });
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${step}${outcome && `: ${outcome}`}`);
  }

  toString(): string {
    const all = { step: 'all', seconds: (performance.now() - this.#started) / 1000, outcome: '' };
    const rows = [...this.#rows, all];
    const width = Math.max(...rows.map(({ step }) => step.length));
    const lines = rows.map(({ step, seconds, outcome }) =>
      `${step.padEnd(width)}  ${seconds.toFixed(1).padStart(7)}  ${outcome}`.trimEnd(),
    );
    return [`${'step'.padEnd(width)}  seconds`, ...lines].join('\n');
  }
}
