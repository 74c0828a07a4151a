// This checkout's handlers and those of another checkout, in turn.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { rootPath } from '../../../bin/shared/root-path.ts';
import { type Figure, figureOf } from '../statistics.ts';

interface CycleCost {
  readonly initialMs: number;
  readonly incrementalMs: number;
}

/** As it was before emulators were started in this process. */
const environment = { ...process.env };

const startDriver = async (checkout: string) => {
  const script = rootPath('test/bench/cost/cycle-driver.ts');
  const child = spawn(process.execPath, [script, checkout], {
    cwd: checkout,
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The handlers of ${checkout} ended.`);
    return JSON.parse(value) as CycleCost;
  };
  await read();
  return {
    run: (round: number) => {
      child.stdin.write(`${round}\n`);
      return read();
    },
    end: () => child.stdin.end(),
  };
};

/** The handlers' CPU a request in both cycles, and the ratio of ours to theirs. */
export interface AgainstRow {
  readonly cycle: string;
  readonly oursMs: Figure;
  readonly theirsMs: Figure;
  readonly ratio: Figure;
}

/** Runs `rounds` rounds after an unmeasured one, first one checkout and then the other in each. */
export const measureAgainst = async (checkout: string, rounds: number): Promise<readonly AgainstRow[]> => {
  const ours = await startDriver(rootPath('.'));
  const theirs = await startDriver(checkout);
  try {
    const pairs: { readonly ours: CycleCost; readonly theirs: CycleCost }[] = [];
    for (let round = 0; round <= rounds; round++)
      pairs.push({ ours: await ours.run(round), theirs: await theirs.run(round) });
    const measured = pairs.slice(1);
    return (['initialMs', 'incrementalMs'] as const).map((cycle) => ({
      cycle: cycle === 'initialMs' ? 'initial cycle' : 'incremental cycle',
      oursMs: figureOf(measured.map((pair) => pair.ours[cycle])),
      theirsMs: figureOf(measured.map((pair) => pair.theirs[cycle])),
      ratio: figureOf(measured.map((pair) => pair.ours[cycle] / pair.theirs[cycle])),
    }));
  } finally {
    ours.end();
    theirs.end();
  }
};
