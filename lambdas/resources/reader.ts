// What one request sees of a tenant's resources. Who is visible is decided here and nowhere else: a pending group is not, nor
// is a membership of somebody who was deleted. A reader lives as long as its request and remembers what it read for it.

import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import {
  findHolder,
  findHolders,
  findInIndex,
  getManyStored,
  getStored,
  type Walk,
  walkStored,
} from './resources-table.ts';
import { isResourceId, type StoredResource } from './stored-resource.ts';
import { readTombstones } from './tombstones-table.ts';

/** Whether clients see the resource: not while it is being created. */
export const isVisible = ({ pendingSince }: StoredResource): boolean => pendingSince === undefined;

/** One side of a membership, by id, and the life that it had when the membership was made. */
export interface Participation {
  readonly id: string;
  readonly life: number;
}

/** Reads resources for one request. */
export class Reader {
  readonly tenant: Incarnation;
  readonly #remembered = new Map<string, Promise<unknown>>();

  constructor(tenant: Incarnation) {
    this.tenant = tenant;
  }

  /** One strongly consistent read, but for a text that can be no id. */
  async get({ name }: Pick<ResourceType, 'name'>, id: string): Promise<StoredResource | undefined> {
    const resource = isResourceId(id) ? await getStored(this.tenant, name, id) : undefined;
    return resource && isVisible(resource) ? resource : undefined;
  }

  /** Those of `ids` that are there, strongly consistent, in their order; 100 a call. */
  async many({ name }: Pick<ResourceType, 'name'>, ids: readonly string[]): Promise<StoredResource[]> {
    const possible = [...new Set(ids)].filter(isResourceId);
    if (possible.length === 1) return [await this.get({ name }, possible[0] ?? '')].filter(isThere);
    const found = await getManyStored(this.tenant, name, possible);
    const byId = new Map(found.filter(isVisible).map((resource) => [resource.id, resource]));
    return possible.map((id) => byId.get(id)).filter(isThere);
  }

  /** All of a type in the order of their ids, strongly consistent, from behind `after`. */
  async *walk(
    { name }: Pick<ResourceType, 'name'>,
    from: Walk = {},
  ): AsyncGenerator<StoredResource[], void, void> {
    for await (const page of walkStored(this.tenant, name, from)) yield page.filter(isVisible);
  }

  /** The id that holds a claim, strongly consistent; it may be that of a pending group. */
  holder({ name }: Pick<ResourceType, 'name'>, claim: string): Promise<string | undefined> {
    return findHolder(this.tenant, name, claim);
  }

  /** The ids that hold claims beginning with `prefix`, strongly consistent. */
  holders({ name }: Pick<ResourceType, 'name'>, prefix: string): Promise<string[]> {
    return findHolders(this.tenant, name, prefix);
  }

  /** The ids that an index has for a value; it may lag, so the resources are to be read and compared. */
  inIndex(
    { name }: Pick<ResourceType, 'name'>,
    index: Parameters<typeof findInIndex>[2],
    value: string,
  ): Promise<string[]> {
    return findInIndex(this.tenant, name, index, value);
  }

  /**
   * Those who were not deleted since: a membership outlives its group or member for a moment. The list of recent deletions is
   * read once; looking up everybody would cost a read each.
   */
  async present<Side extends Participation>(sides: readonly Side[]): Promise<Side[]> {
    if (sides.length === 0) return [];
    const left = await this.once('tombstones', () => readTombstones(this.tenant, Date.now()));
    return left.size === 0 ? [...sides] : sides.filter(({ id, life }) => life > (left.get(id) ?? 0));
  }

  /** What `read` answers, read once for the request; `key` says what it is. */
  once<Value>(key: string, read: () => Promise<Value>): Promise<Value> {
    const value = (this.#remembered.get(key) as Promise<Value> | undefined) ?? read();
    this.#remembered.set(key, value);
    return value;
  }
}

const isThere = <Value>(value: Value | undefined): value is Value => value !== undefined;
