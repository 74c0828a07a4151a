// The settings of a tenant: its schemas, and whether it is closed. One partition, so that one query reads them all.

import type { Incarnation } from '../platform/tenant.ts';
import type { Schema } from '../scim/schemas/schema.ts';
import { STATE_SK, settingsPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { type Closure, readState } from './switches-table.ts';

/** An added schema, and either the resource type that it extends or the custom type that it defines. */
export interface SchemaDefinition {
  readonly schema: Schema;
  /** The name of the extended resource type, e.g. `User`. */
  readonly extends?: string;
  /** Whether every resource of the extended type must have the extension (RFC 7643 §6). */
  readonly required?: true;
  /** The custom type; `endpoint` begins with a slash. */
  readonly resourceType?: { readonly name: string; readonly endpoint: string; readonly description: string };
  /** For a custom type: the unique attributes that have been unique from the start, so that every resource has a claim. */
  readonly lookups?: readonly string[];
  /** The schema was removed: only `hidden` counts. */
  readonly removed?: true;
  /** The names of attributes that an earlier form of the schema never returned; their values may still be stored. */
  readonly hidden?: readonly string[];
}

/** The settings of a tenant. */
export interface Settings {
  /** By URN. */
  readonly schemas: readonly SchemaDefinition[];
  /** Why requests are refused; undefined when they are not. */
  readonly closure: Closure | undefined;
  /** The key ids of tokens that were ended in the last day, whatever the gateway says. */
  readonly endedKeys: readonly string[];
}

/**
 * All settings of the tenant; half a read unit per 4 KB, eventually consistent. A tenant without a state is gone, but may
 * also have been created just now: then it is read once more, strongly consistent.
 */
export const readSettings = async (tenant: Incarnation): Promise<Settings> => {
  const seen = await readItems(tenant, false);
  const items = seen.some(isState) ? seen : await readItems(tenant, true);
  return {
    schemas: items.flatMap((item) => (item.Definition ? [item.Definition as SchemaDefinition] : [])),
    closure: readState(items.find(isState)),
    endedKeys: items.flatMap(({ EndedKey }) => (typeof EndedKey === 'string' ? [EndedKey] : [])),
  };
};

const isState = ({ SK }: Record<string, unknown>) => SK === STATE_SK;

const readItems = async (tenant: Incarnation, ConsistentRead: boolean) =>
  (await Array.fromAsync(queryPages(settingsPK(tenant), { ConsistentRead }))).flat();
