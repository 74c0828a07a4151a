// Operations × calls × faults: what a client gets when the table or Secrets Manager falters, and what is left behind.
// `npm run test:faults [-- --short] [--only TEXT] [--table FILE]`. Not under Jest: there errors of Node's own modules are of
// another realm than ours, and the SDK takes them for none.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startDynamoDBProxy } from '../reports/support/dynamodb-proxy.ts';
import startEmulators from '../setup/start-emulators.ts';
import stopEmulators from '../setup/stop-emulators.ts';
import { isDispensable } from './support/calls.ts';
import { type Cell, describeCells, drawSummary, drawTable } from './support/table.ts';

interface Promised {
  readonly id: string;
  readonly what: string;
  readonly holdsFor: (cell: Cell) => boolean;
}

const ofSecrets = ({ place }: Cell) => place.label.includes('Secret');
const ofNeed = (cell: Cell) => !isDispensable(cell.place.label) && !ofSecrets(cell);

/** What a client is owed, each by its id. */
const promises: readonly Promised[] = [
  {
    id: 'S1.1',
    what: 'throttles, fails, refuses, cuts before the write or reports a conflict: success, else 503',
    holdsFor: (cell) => ofNeed(cell) && cell.fault.kind.class === 'refuses',
  },
  {
    id: 'S1.2',
    what: 'cuts after the write: the write is recognised',
    holdsFor: (cell) => ofNeed(cell) && cell.fault.kind.class === 'cutsAfter',
  },
  {
    id: 'S1.3',
    what: 'gives no answer: success or 503 in time',
    holdsFor: (cell) => ofNeed(cell) && cell.fault.kind.class === 'silent',
  },
  {
    id: 'S1.4',
    what: 'fails a write that the answer does not need: the answer, 250 ms later at most, and a metric',
    holdsFor: ({ place }) => isDispensable(place.label),
  },
  {
    id: 'S1.5',
    what: 'Secrets Manager falters: an accepted token stays so, else 503',
    holdsFor: ofSecrets,
  },
  {
    id: 'S1.8',
    what: 'every call of every operation, in every way: the repetition converges, nothing half written shows',
    holdsFor: () => true,
  },
];

const { values } = parseArgs({
  options: { short: { type: 'boolean' }, only: { type: 'string' }, table: { type: 'string' } },
});

// The handlers log what they do.
const { log } = console;
for (const name of ['info', 'error'] as const) console[name] = () => {};

const tryAll = async (): Promise<readonly Cell[]> => {
  const { AWS_ENDPOINT_URL_DYNAMODB: table = '', AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets = '' } =
    process.env;
  const [tableProxy, secretsProxy] = [await startDynamoDBProxy(table), await startDynamoDBProxy(secrets)];
  // Here timeouts are as short as on AWS, although the stores are emulators.
  delete process.env.STORE_TIMEOUT_FACTOR;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = tableProxy.endpoint;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsProxy.endpoint;
  // Their clients read where the stores are when they are loaded.
  const { secretsSurroundings, tableSurroundings } = await import('./support/surroundings.ts');
  const { operations } = await import('./support/operations.ts');
  const { runTrials } = await import('./support/run-trials.ts');
  const { authorizations } = await import('./support/authorizer.ts');
  const choice = { short: values.short === true, only: values.only };
  const around = tableSurroundings(tableProxy, table);
  try {
    return [
      ...(await runTrials(around, operations, choice)),
      ...(await runTrials(secretsSurroundings(secretsProxy), authorizations, choice)),
    ];
  } finally {
    around.stop();
    await Promise.all([tableProxy.stop(), secretsProxy.stop()]);
  }
};

const startedAt = performance.now();
await startEmulators();
const cells = await tryAll().finally(stopEmulators);
const text = [drawSummary(cells), drawTable(cells)].join('\n\n');
if (values.table !== undefined) writeFileSync(values.table, `${text}\n`);
log(`${text}\n\n${describeCells(cells).join('\n')}\n`);
for (const { id, what, holdsFor } of promises) {
  const own = cells.filter(holdsFor);
  const wrong = own.filter(({ verdict }) => verdict.outcome === 'WRONG');
  log(
    `[${id}] ${what}: ${wrong.length === 0 ? 'holds' : `WRONG in ${wrong.length}`} of ${own.length} trials`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}
log(`${cells.length} trials in ${Math.round((performance.now() - startedAt) / 1000)} s`);
process.exit();
