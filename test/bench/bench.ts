// npm run bench: what operations cost, beside the same calls to DynamoDB made bare, in one table.

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import startEmulators from '../setup/start-emulators.ts';
import stopEmulators from '../setup/stop-emulators.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
  },
});
const { log } = console;
for (const name of ['info', 'error'] as const) console[name] = () => {};
await startEmulators();
try {
  const { measureCost, openWorld } = await import('./cost/measure.ts');
  const { operations } = await import('./cost/operations.ts');
  const opened = await openWorld();
  log(`${cpus()[0]?.model} × ${cpus().length}, Node.js ${process.version}`);
  for (const operation of operations.filter(({ name }) => name.includes(values.only))) {
    const { name, calls, units, handlerMs, bareMs, ratio, target } = await measureCost(
      opened,
      operation,
      Number(values.rounds),
    );
    log(
      name.padEnd(32),
      calls,
      units,
      handlerMs.median.toFixed(3),
      bareMs.median.toFixed(3),
      ratio.median.toFixed(2),
      `±${(ratio.spread * 100).toFixed(0)}%`,
      ratio.median > target ? 'over' : '',
    );
  }
} finally {
  await stopEmulators();
}
process.exit();
