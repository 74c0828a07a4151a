// What is set for a tenant: its schemas, and whether it is closed. One partition, so that one read answers for all.

import type { TenantId } from '../tenants/tenant.ts';
import type { Schema } from '../scim/schema.ts';
import { SWITCH_SK, settingsPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { type Closure, readClosure } from './switches.ts';

/** A schema, and either the resource type that it extends or the one that it makes. */
export interface SchemaDefinition {
  readonly schema: Schema;
  /** The name of a resource type, e.g. `User`. */
  readonly extends?: string;
  readonly resourceType?: { readonly name: string; readonly endpoint: string; readonly description: string };
}

export interface Settings {
  /** By URN. */
  readonly schemas: readonly SchemaDefinition[];
  /** Why requests are refused; undefined when they are not. */
  readonly closure: Closure | undefined;
}

/** All settings of the tenant; half a read unit per 4 KB. */
export const readSettings = async (tenant: TenantId): Promise<Settings> => {
  const pages = await Array.fromAsync(queryPages(settingsPK(tenant), { ConsistentRead: false }));
  const items = pages.flat();
  return {
    schemas: items.flatMap((item) => (item.Definition ? [item.Definition as SchemaDefinition] : [])),
    closure: readClosure(items.find((item) => item.SK === SWITCH_SK)),
  };
};
