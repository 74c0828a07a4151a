// The CPU of each operation's handler and of the same calls made bare, in turn.

import { createTable } from '../../../bin/local/table/create-table.ts';
import { person } from '../../scale/person.ts';
import { tableDefinition } from '../../setup/table-definition.ts';
import { ScimClient } from '../../support/scim-client.ts';
import { cpuMs, type Figure, figureOf } from '../statistics.ts';
import { BareTwin } from './bare-twin.ts';
import { type CostOperation, SEEDED, seededName, type World } from './operations.ts';

export interface Cost {
  readonly name: string;
  readonly target: number;
  /** DynamoDB calls and units of one operation. */
  readonly calls: number;
  readonly units: number;
  /** Milliseconds of CPU of one operation. */
  readonly handlerMs: Figure;
  readonly bareMs: Figure;
  /** Of the handler's CPU to that of the bare calls, in the same round. */
  readonly ratio: Figure;
}

const TWIN = 'scim-bench-bare';

/** Makes the twin table and a tenant with users and a group. */
export const openWorld = async (): Promise<{ readonly world: World; readonly twin: BareTwin }> => {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  await createTable(endpoint, TWIN, { ...tableDefinition, StreamSpecification: undefined });
  const twin = new BareTwin(TWIN);
  const client = new ScimClient();
  await client.createTenant();
  const userIds: string[] = [];
  for (let n = 0; n < SEEDED; n++) userIds.push((await client.post('/Users', person(seededName(n)))).body.id);
  const { body } = await client.post('/Groups', { displayName: 'Measured' });
  await twin.send(twin.take());
  return { world: { client, userIds, groupId: body.id }, twin };
};

let performed = 0;

/** Measures `operation` in as many rounds, of which the first, unmeasured one warms up and counts units. */
export const measureCost = async (
  { world, twin }: { readonly world: World; readonly twin: BareTwin },
  operation: CostOperation,
  rounds: number,
): Promise<Cost> => {
  const { name, target, times, prepare, perform } = operation;
  const block = async () => {
    const numbers = Array.from({ length: times }, () => performed++);
    for (const n of numbers) await prepare?.(world, n);
    await twin.send(twin.take());
    return async () => {
      for (const n of numbers) await perform(world, n);
    };
  };
  await (await block())();
  const { calls, units } = await twin.sendMetered(twin.take());
  const handler: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    handler.push((await cpuMs(await block())) / times);
    const commands = twin.take();
    bare.push((await cpuMs(() => twin.send(commands))) / times);
  }
  return {
    name,
    target,
    calls: calls / times,
    units: units / times,
    handlerMs: figureOf(handler),
    bareMs: figureOf(bare),
    ratio: figureOf(handler.map((ms, round) => ms / (bare[round] ?? Number.NaN))),
  };
};
