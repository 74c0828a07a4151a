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
    const record = (outcome: string) => {
      const seconds = (performance.now() - started) / 1000;
      this.#rows.push({ step, seconds, outcome });
      console.log(`${seconds.toFixed(1).padStart(6)} s  ${step}${outcome && `: ${outcome}`}`);
    };
    try {
      const outcome = await run();
      record(typeof outcome === 'string' ? outcome : '');
    } catch (error) {
      record('FAILED');
      throw error;
    }
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
