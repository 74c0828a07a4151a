// Operations × calls × faults: what a client gets when the table or Secrets Manager falters, and what is left behind.

import { writeFileSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DynamoDBProxy, startDynamoDBProxy } from '../reports/support/dynamodb-proxy.ts';
import { operations } from './support/operations.ts';
import type { Cell } from './support/table.ts';

const { FAULTS_FORM, FAULTS_ONLY, FAULTS_TABLE } = process.env;
const choice = { short: FAULTS_FORM === 'short', only: FAULTS_ONLY };

const ALL_WITHIN_MS = 60 * 60_000;

let proxies: DynamoDBProxy[] = [];
let cells: readonly Cell[] = [];

beforeAll(async () => {
  const { AWS_ENDPOINT_URL_DYNAMODB: table = '', AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets = '' } =
    process.env;
  const [tableProxy, secretsProxy] = [await startDynamoDBProxy(table), await startDynamoDBProxy(secrets)];
  proxies = [tableProxy, secretsProxy];
  process.env.AWS_ENDPOINT_URL_DYNAMODB = tableProxy.endpoint;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsProxy.endpoint;
  // Their clients read where the stores are when they are loaded.
  const { secretsSurroundings, tableSurroundings } = await import('./support/surroundings.ts');
  const { runTrials } = await import('./support/run-trials.ts');
  const { authorizations } = await import('./support/authorizer.ts');
  const around = tableSurroundings(tableProxy, table);
  cells = [
    ...(await runTrials(around, operations, choice)),
    ...(await runTrials(secretsSurroundings(secretsProxy), authorizations, choice)),
  ];
  around.stop();
}, ALL_WITHIN_MS);

afterAll(async () => {
  const { describeCells, drawSummary, drawTable } = await import('./support/table.ts');
  const text = [drawSummary(cells), drawTable(cells)].join('\n\n');
  writeSync(1, `\n${text}\n\n${describeCells(cells).join('\n')}\n`);
  if (FAULTS_TABLE) writeFileSync(FAULTS_TABLE, `${text}\n`);
  await Promise.all(proxies.map((proxy) => proxy.stop()));
});

const wrongOf = async (isOfRow: (cell: Cell) => boolean) => {
  const { describeCells } = await import('./support/table.ts');
  return describeCells(cells.filter((cell) => cell.verdict.outcome === 'WRONG' && isOfRow(cell)));
};

describe('1. when a store falters', () => {
  test('[21.1.1] throttles, fails, refuses, cuts before the write, or reports a conflict: success or 503', async () => {
    expect(await wrongOf(({ fault }) => fault.kind.class === 'refuses')).toEqual([]);
  });
  test('[21.1.2] cuts after the write: it is recognised', async () => {
    expect(await wrongOf(({ fault }) => fault.kind.class === 'cutsAfter')).toEqual([]);
  });
  test('[21.1.3] gives no answer: 503 in time', async () => {
    expect(await wrongOf(({ fault }) => fault.kind.class === 'silent')).toEqual([]);
  });
});
