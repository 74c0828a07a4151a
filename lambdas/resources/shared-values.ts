// Finds values that several resources share although their attribute has become unique.

import type { Incarnation } from '../platform/tenant.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { heldValues } from './held-values.ts';
import { Reader } from './reader.ts';

/** A value that several resources share. */
export interface SharedValue {
  /** As filters spell it. */
  readonly attribute: string;
  /** As the first of the resources has it. */
  readonly value: string;
  /** The ids of the resources, at least two. */
  readonly ids: readonly string[];
}

/** Nobody would read a longer list. */
const MAX_DUPLICATES = 100;

/**
 * The values of `attributes` that several resources of the type share, at most 100; reads every resource. They remain
 * unclaimed until a resource is next written with such a value, which then claims it.
 */
export const findDuplicates = async (
  tenant: Incarnation,
  type: ResourceType,
  attributes: readonly string[],
): Promise<readonly SharedValue[]> => {
  const holders = new Map<string, { attribute: string; value: string; ids: string[] }>();
  for await (const page of new Reader(tenant).walk(type)) {
    for (const resource of page) {
      for (const { key, attribute, value } of heldValues(type, resource.id, resource.attributes).claims) {
        if (!attributes.includes(attribute)) continue;
        const holder = holders.get(key) ?? { attribute, value, ids: [] };
        holder.ids.push(resource.id);
        holders.set(key, holder);
      }
    }
  }
  return [...holders.values()].filter(({ ids }) => ids.length > 1).slice(0, MAX_DUPLICATES);
};
