// Finds all items of a tenant or an incarnation, without relying on keys.

import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../../lambdas/table/client.ts';

/** The keys of all items that mention it, except its grave: `T#acme.t1a2b3#USER / 7d42…`. */
export const itemsOf = async (name: string): Promise<string[]> => {
  const found: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName, ExclusiveStartKey: start, ConsistentRead: true }),
    );
    for (const { PK, SK } of page.Items ?? []) {
      const isOfTenant = [...PK.split('#'), SK].some((part) => part === name || part.startsWith(`${name}.`));
      if (isOfTenant && PK !== 'GRAVE') found.push(`${PK} / ${SK}`);
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return found.sort();
};
