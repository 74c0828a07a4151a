// npm run bench: what operations cost in CPU, calls and units, beside the same calls to DynamoDB made bare, and what the local
// run does under load. `-- --only TEXT` measures some operations, `--rounds N` repeats them, `--out FILE` keeps the figures,
// `--compare FILE` exits with 1 where they got worse beyond noise, `--against CHECKOUT` runs another checkout in turn.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rootPath } from '../../bin/shared/root-path.ts';
import startEmulators from '../setup/start-emulators.ts';
import stopEmulators from '../setup/stop-emulators.ts';
import { measureAgainst } from './cost/against.ts';
import { regressions } from './cost/compare.ts';
import { measureLocalRun } from './cost/local-run.ts';
import type { Cost } from './cost/measure.ts';
import { drawAgainst, drawCosts, drawLocalRuns } from './cost/tables.ts';
import { machine } from './machine.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    users: { type: 'string', default: '2000' },
    out: { type: 'string' },
    compare: { type: 'string' },
    against: { type: 'string' },
    'no-local': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const { log } = console;
// The handlers log what they do.
for (const name of ['info', 'error'] as const) console[name] = () => {};

const measureCosts = async (): Promise<readonly Cost[]> => {
  await startEmulators();
  try {
    const { measureCost, openWorld } = await import('./cost/measure.ts');
    const { operations } = await import('./cost/operations.ts');
    const opened = await openWorld();
    const costs: Cost[] = [];
    for (const operation of operations.filter(({ name }) => name.includes(values.only)))
      costs.push(await measureCost(opened, operation, rounds));
    return costs;
  } finally {
    await stopEmulators();
  }
};

log(`${machine()}\n`);
const costs = await measureCosts();
log(`${drawCosts(costs)}\n`);
if (values.against !== undefined)
  log(`${drawAgainst(await measureAgainst(resolve(values.against), rounds))}\n`);
if (!values['no-local']) {
  const checkouts = [rootPath('.'), ...(values.against === undefined ? [] : [resolve(values.against)])];
  const runs = [];
  for (const checkout of checkouts) runs.push(await measureLocalRun(checkout, Number(values.users)));
  log(`${drawLocalRuns(runs)}\n`);
}
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(costs, undefined, 2)}\n`);
const over = costs.filter(({ ratio, target }) => ratio.median > target).map(({ name }) => name);
if (over.length > 0) log(`Over their target: ${over.join(', ')}.`);
if (values.compare !== undefined) {
  const worse = regressions(costs, values.compare);
  for (const sentence of worse) log(sentence);
  if (worse.length > 0) process.exitCode = 1;
}
process.exit();
