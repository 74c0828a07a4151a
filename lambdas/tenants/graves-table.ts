// Graves: one item per recently deleted tenant. A request in flight, or a function with cached settings, may have written
// after the erasure, so each grave is swept before it is removed (operations/sweep-graves.ts).

import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { asIncarnation, type Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { GRAVES_PK, graveKey } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';

/** A deleted tenant, and what is needed to erase its late writes. */
export interface Grave {
  readonly incarnation: Incarnation;
  /** The names of all custom resource types that it ever had. */
  readonly types: readonly string[];
  /** When the name became free, in milliseconds since the epoch. */
  readonly deletedAtMs: number;
  /** How often it was swept. */
  readonly sweeps: number;
}

/** All graves, strongly consistent. */
export const readGraves = async (): Promise<Grave[]> => {
  const pages = await Array.fromAsync(queryPages(GRAVES_PK));
  return pages.flat().flatMap(({ SK, Types = [], DeletedAt, Sweeps = 0 }) => {
    const incarnation = asIncarnation(String(SK));
    return incarnation
      ? [
          {
            incarnation,
            types: [...(Types as Iterable<string>)],
            deletedAtMs: Number(DeletedAt),
            sweeps: Number(Sweeps),
          },
        ]
      : [];
  });
};

/** Saves how often the grave was swept. Idempotent. */
export const noteSweeps = async (incarnation: Incarnation, sweeps: number): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: graveKey(incarnation),
      UpdateExpression: 'SET Sweeps = :sweeps',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeValues: { ':sweeps': sweeps },
    }),
  );
};

/** Removes the grave, once nothing can be written for the tenant any more. Idempotent. */
export const removeGrave = async (incarnation: Incarnation): Promise<void> => {
  await documents.send(new DeleteCommand({ TableName: tableName, Key: graveKey(incarnation) }));
};
