// What is set for a tenant: its schemas, and whether it is closed. One partition, so that one read answers for all.

import type { Schema } from '../scim/schemas/schema.ts';
import { STATE_SK, settingsPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { type Closure, readState } from './switches-table.ts';
import type { Incarnation } from './tenant.ts';

/** A schema, and either the resource type that it extends or the one that it makes. */
export interface SchemaDefinition {
  readonly schema: Schema;
  /** The name of a resource type, e.g. `User`. */
  readonly extends?: string;
  readonly resourceType?: { readonly name: string; readonly endpoint: string; readonly description: string };
  /** Of a type: unique attributes that every resource has claimed since there is the type. */
  readonly lookups?: readonly string[];
}

export interface Settings {
  /** By URN. */
  readonly schemas: readonly SchemaDefinition[];
  /** Why requests are refused; undefined when they are not. */
  readonly closure: Closure | undefined;
}

/**
 * All settings of the tenant; half a read unit per 4 KB. A tenant without a state is gone, but a read that lags does not
 * see one that has just been created: so the absence is believed when it is read once more, strongly consistent.
 */
export const readSettings = async (tenant: Incarnation): Promise<Settings> => {
  const seen = await readItems(tenant, false);
  const items = seen.some(isState) ? seen : await readItems(tenant, true);
  return {
    schemas: items.flatMap((item) => (item.Definition ? [item.Definition as SchemaDefinition] : [])),
    closure: readState(items.find(isState)),
  };
};

const isState = ({ SK }: Record<string, unknown>) => SK === STATE_SK;

const readItems = async (tenant: Incarnation, ConsistentRead: boolean) =>
  (await Array.fromAsync(queryPages(settingsPK(tenant), { ConsistentRead }))).flat();
