// What the table has of a tenant, read beside the handlers and the proxy, and what of it does not fit together.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { Incarnation } from '../../../lambdas/platform/tenant.ts';
import { claimItemKey, fromItem } from '../../../lambdas/resources/resource-item.ts';
import type { StoredResource } from '../../../lambdas/resources/stored-resource.ts';
import { tombstoneFrom } from '../../../lambdas/resources/tombstones-table.ts';
import {
  claimsPK,
  ENTRIES_FROM,
  groupsOfPK,
  idInEntry,
  membersPK,
  nestedPK,
  pendingPK,
  resourcesPK,
  tombstonesPK,
} from '../../../lambdas/table/keys.ts';

type Item = Readonly<Record<string, unknown>>;

const PARALLEL_QUERIES = 8;

/** Reads the table at its own endpoint. */
export class Inspection {
  readonly #documents: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(endpoint: string, tableName: string) {
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }));
    this.#tableName = tableName;
  }

  stop(): void {
    this.#documents.destroy();
  }

  async #read(partition: string): Promise<Item[]> {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#documents.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: 'PK = :pk',
          ExpressionAttributeValues: { ':pk': partition },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    return items;
  }

  /** One sentence for each thing of the tenant that is half there: a claim without its resource, one side of a membership. */
  async findHalves(tenant: Incarnation, typeNames: readonly string[]): Promise<string[]> {
    const faults: string[] = [];
    const resources = new Map<string, StoredResource>();
    const buried = new Set((await this.#read(tombstonesPK(tenant))).map((item) => tombstoneFrom(item).id));
    const notes = new Set((await this.#read(pendingPK(tenant))).map(({ SK }) => SK));
    for (const typeName of typeNames) {
      const items = await this.#read(resourcesPK(tenant, typeName));
      const claims = new Map(
        (await this.#read(claimsPK(tenant, typeName))).map((item) => [nameOf(item), item]),
      );
      const ofType = new Map<string, StoredResource>();
      for (const item of items) {
        const SK = String(item.SK);
        if (SK.startsWith(ENTRIES_FROM)) claims.set(nameOf(item), { ...item, Id: idInEntry(SK) });
        else ofType.set(SK, fromItem(item));
      }
      for (const resource of ofType.values()) {
        resources.set(resource.id, resource);
        if (resource.pendingSinceMs !== undefined && !notes.has(resource.id))
          faults.push('a pending group without a note');
        for (const claim of resource.claims) {
          const { PK, SK } = claimItemKey(tenant, typeName, claim, resource.id);
          const name = nameOf({ PK, SK });
          if (claims.get(name)?.Id !== resource.id) faults.push(`${typeName} without its claim ${claim}`);
          claims.delete(name);
        }
      }
      for (const { SK, Id } of claims.values()) {
        faults.push(
          `claim ${String(SK)} of ${ofType.has(String(Id)) ? `a ${typeName} that lists no such` : 'nobody'}`,
        );
      }
    }
    faults.push(...(await this.#memberships(tenant, resources, buried)));
    return faults;
  }

  async #memberships(
    tenant: Incarnation,
    resources: ReadonlyMap<string, StoredResource>,
    buried: ReadonlySet<string>,
  ): Promise<string[]> {
    const everybody = [...new Set([...resources.keys(), ...buried])];
    const [underGroups, underMembers] = [new Set<string>(), new Set<string>()];
    await pMap(
      everybody,
      async (id) => {
        for (const { SK } of await this.#read(membersPK(tenant, id))) underGroups.add(`${id} ${String(SK)}`);
        for (const { SK } of await this.#read(groupsOfPK(tenant, id)))
          underMembers.add(`${String(SK)} ${id}`);
      },
      { concurrency: PARALLEL_QUERIES },
    );
    const nested = new Set(
      (await this.#read(nestedPK(tenant))).map(({ SK }) => String(SK).replace('#', ' ')),
    );
    const faults = [
      ...[...underGroups.difference(underMembers)].map(() => 'a membership that only its group has'),
      ...[...underMembers.difference(underGroups)].map(() => 'a membership that only its member has'),
      ...[...nested.difference(underGroups)].map(() => 'an edge between groups without a membership'),
    ];
    for (const pair of underGroups) {
      const sides = pair.split(' ');
      if (sides.some((id) => !resources.has(id) && !buried.has(id))) faults.push('a membership of nobody');
    }
    return faults;
  }
}

const nameOf = ({ PK, SK }: Item): string => `${String(PK)} ${String(SK)}`;
