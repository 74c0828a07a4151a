// Measures consumed request units, as DynamoDB reports them, on the client that the handlers use.

import { documents } from '../../lambdas/table/client.ts';

export interface Consumed {
  readonly read: number;
  readonly write: number;
  readonly calls: number;
}

interface Capacity {
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

const isRead = (commandName: unknown) => /Get|Query/.test(String(commandName));

let total = { read: 0, write: 0, calls: 0 };

documents.middlewareStack.add(
  (next, context) => async (args) => {
    Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
    const result = await next(args);
    const { ConsumedCapacity: consumed } = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
    const units = [consumed ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    const kind = isRead(context.commandName) ? 'read' : 'write';
    total = { ...total, calls: total.calls + 1, [kind]: total[kind] + units };
    return result;
  },
  { step: 'initialize', name: 'consumedCapacity' },
);

/** The units that `work` consumes, if nothing else runs in this process. */
export const consumedBy = async (work: () => Promise<unknown>): Promise<Consumed> => {
  total = { read: 0, write: 0, calls: 0 };
  await work();
  return total;
};
