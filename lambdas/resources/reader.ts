// Reads a tenant's resources for one request. The only place that decides what is visible: pending groups are not, nor are
// memberships of deleted users and groups. A reader lives as long as its request and caches some of what it read.

import type { ResourceType } from '../scim/schemas/schema.ts';
import { spelledAsDeclared } from '../scim/undeclared-values.ts';
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

/** Whether clients see the resource; they do not while it is being created. */
export const isVisible = ({ pendingSince }: StoredResource): boolean => pendingSince === undefined;

/** The group or the member of a membership: its id, and the life that it had when the membership was written. */
export interface MembershipSide {
  readonly id: string;
  readonly life: number;
}

/** What is read: resources of this name, with the extensions that are declared now. */
type ReadType = Pick<ResourceType, 'name'> & Partial<Pick<ResourceType, 'schemaExtensions'>>;

/** Reads resources for one request. */
export class Reader {
  readonly tenant: Incarnation;
  readonly #cached = new Map<string, Promise<unknown>>();

  constructor(tenant: Incarnation) {
    this.tenant = tenant;
  }

  /** The visible resource with this id, with one strongly consistent read; none for a text that cannot be an id. */
  async get(type: ReadType, id: string): Promise<StoredResource | undefined> {
    const resource = isResourceId(id) ? await getStored(this.tenant, type.name, id) : undefined;
    return resource && isVisible(resource) ? asDeclared(resource, type) : undefined;
  }

  /** The visible resources among `ids`, in order, strongly consistent; reads in batches of 100. */
  async many(type: ReadType, ids: readonly string[]): Promise<StoredResource[]> {
    const possible = [...new Set(ids)].filter(isResourceId);
    if (possible.length === 1) return [await this.get(type, possible[0] ?? '')].filter(isDefined);
    const found = await getManyStored(this.tenant, type.name, possible);
    const byId = new Map(
      found.filter(isVisible).map((resource) => [resource.id, asDeclared(resource, type)]),
    );
    return possible.map((id) => byId.get(id)).filter(isDefined);
  }

  /** The visible resources of a type after `after`, in order of id, page by page, strongly consistent. */
  async *walk(type: ReadType, from: Walk = {}): AsyncGenerator<StoredResource[], void, void> {
    for await (const page of walkStored(this.tenant, type.name, from)) {
      yield page.filter(isVisible).map((resource) => asDeclared(resource, type));
    }
  }

  /** The id of the resource that holds a claim, strongly consistent; it may be a pending group. */
  holder({ name }: Pick<ResourceType, 'name'>, claim: string): Promise<string | undefined> {
    return findHolder(this.tenant, name, claim);
  }

  /** The ids of the resources that hold claims with this prefix, strongly consistent. */
  holders({ name }: Pick<ResourceType, 'name'>, prefix: string): Promise<string[]> {
    return findHolders(this.tenant, name, prefix);
  }

  /** The ids in an index for a value. The index may lag, so the caller must read and compare the resources. */
  inIndex(
    { name }: Pick<ResourceType, 'name'>,
    index: Parameters<typeof findInIndex>[2],
    value: string,
  ): Promise<string[]> {
    return findInIndex(this.tenant, name, index, value);
  }

  /**
   * `sides` without those deleted since: a membership outlives its group or member for a moment. Reads the list of recent
   * deletions once; looking up each side would cost one read each.
   */
  async withoutDeleted<Side extends MembershipSide>(sides: readonly Side[]): Promise<Side[]> {
    if (sides.length === 0) return [];
    const deleted = await this.once('tombstones', () => readTombstones(this.tenant, Date.now()));
    return deleted.size === 0 ? [...sides] : sides.filter(({ id, life }) => life > (deleted.get(id) ?? 0));
  }

  /** The result of `read`, cached under `key` for the request. */
  once<Value>(key: string, read: () => Promise<Value>): Promise<Value> {
    const value = (this.#cached.get(key) as Promise<Value> | undefined) ?? read();
    this.#cached.set(key, value);
    return value;
  }
}

/** With the extensions that were sent before they were declared spelled as their schema spells them. */
const asDeclared = (resource: StoredResource, { schemaExtensions = [] }: ReadType): StoredResource => {
  const attributes = spelledAsDeclared(resource.attributes, { schemaExtensions });
  return attributes === resource.attributes ? resource : { ...resource, attributes };
};

const isDefined = <Value>(value: Value | undefined): value is Value => value !== undefined;
