// The same DynamoDB calls without any handler: what the handlers send is noted, and sent again by the unmodified SDK client
// to a table of its own, which so goes through the same changes.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../../../lambdas/table/client.ts';

/** A command of the document client. */
type Command = Parameters<typeof documents.send>[0];

interface Consumed {
  readonly CapacityUnits?: number;
}

/** What a block of calls consumed. */
export interface Units {
  readonly calls: number;
  readonly units: number;
}

/** Notes every command that the handlers send from now on. */
export class BareTwin {
  readonly #table: string;
  readonly #bare = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  #noted: Command[] = [];

  /** `table`: the twin of the table that handlers use, made empty at the same time. */
  constructor(table: string) {
    this.#table = table;
    const send = documents.send.bind(documents) as (...args: unknown[]) => Promise<never>;
    Object.assign(documents, {
      send: (command: Command, ...options: unknown[]) => {
        this.#noted.push(command);
        return send(command, ...options);
      },
    });
  }

  /** The commands since the last call of this, for the other table; not to be measured. */
  take(): readonly Command[] {
    const taken = this.#noted;
    this.#noted = [];
    return taken.map((command) => {
      const Made = command.constructor as new (input: object) => Command;
      return new Made(this.#renamed(command.input) as object);
    });
  }

  /** Sends `commands` one after the other. A condition that fails is an answer like any other. */
  async send(commands: readonly Command[]): Promise<void> {
    for (const command of commands) await this.#bare.send(command as never).catch(ignoreConditions);
  }

  /** Sends `commands`, and adds up what they consume. */
  async sendMetered(commands: readonly Command[]): Promise<Units> {
    let units = 0;
    for (const command of commands) {
      Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
      const output: object = await this.#bare.send(command as never).catch(ignoreConditions);
      const { ConsumedCapacity: consumed = [] } = output as { ConsumedCapacity?: Consumed | Consumed[] };
      for (const { CapacityUnits = 0 } of [consumed].flat()) units += CapacityUnits;
    }
    return { calls: commands.length, units };
  }

  /** A copy of `value` with the twin's name wherever the table is named. */
  #renamed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((part) => this.#renamed(part));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value === tableName ? this.#table : value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name === tableName ? this.#table : name,
        this.#renamed(part),
      ]),
    );
  }
}

const ignoreConditions = (error: unknown): object => {
  const { name } = error as Error;
  if (name === 'ConditionalCheckFailedException' || name === 'TransactionCanceledException') return {};
  throw error;
};
