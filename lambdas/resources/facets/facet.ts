// A facet is an attribute that is not stored with its resource: `members` of a group, `groups` of a user. The changes that a
// request makes to a facet are split off, planned before anything is written, and applied after the resource is written.

import type { JsonObject } from '../../scim/json.ts';
import type { PatchOperation } from '../../scim/patch/request.ts';
import type { AnswerBudget } from '../limits/answer-budget.ts';
import type { MemberBudget } from '../limits/member-budget.ts';
import type { SearchBudget } from '../limits/search-budget.ts';
import type { Reader } from '../reader.ts';
import type { Lease } from './lease-table.ts';

/** The values of a multi-valued attribute. */
export type FacetValues = readonly JsonObject[];

/** The request that a facet is loaded for, and the limits of loading it. */
export interface FacetView {
  readonly reader: Reader;
  readonly tenantUrl: string;
  /** Set if the values are returned: limits the size of the response. Values that do not fit may be missing. */
  readonly answer?: AnswerBudget;
  /** Set if a filter is evaluated on the values: limits what is read. */
  readonly work?: SearchBudget;
  /** Set if the values are to be changed: limits how many. */
  readonly memberBudget?: MemberBudget;
  /** Skips the read of tombstones: a member may then be listed for about a second after its deletion. */
  readonly mayLag?: boolean;
}

/** An attribute that is not stored with its resource. */
export interface Facet {
  /** The name of a core attribute. */
  readonly name: string;
  /**
   * The values for each of `ids` that has any. `only` restricts them to those that refer to one of these ids, and costs only
   * the look-up of these.
   */
  load(
    view: FacetView,
    ids: readonly string[],
    only?: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, FacetValues>>;
  /** Undefined for a read-only facet. */
  readonly writer?: FacetWriter;
}

/** The changes that a request makes to a facet. */
export type FacetRequest =
  | { readonly kind: 'patch'; readonly operations: readonly PatchOperation[] }
  /** The whole list, as in POST and PUT. */
  | { readonly kind: 'whole'; readonly value: JsonObject[string] | undefined };

/** The planned changes of a facet, made before anything is written. */
export interface FacetPlan {
  /** Ids to add. Nothing is written if this and `removed` are empty. */
  readonly added: readonly string[];
  /** Ids to remove. */
  readonly removed: readonly string[];
  /** The values after the change; undefined if the plan did not have to read all of them. */
  readonly values?: () => FacetValues;
  /** Idempotent: repeating the request completes an interrupted change. `atCreation`: the resource is new. */
  apply(options: { readonly atCreation?: boolean; readonly lease?: Lease | undefined }): Promise<void>;
}

/** How clients change a facet. */
export interface FacetWriter {
  /** Separates the operations on the facet from those on the resource's own attributes. */
  split(operations: readonly PatchOperation[]): {
    readonly own: readonly PatchOperation[];
    readonly facet: readonly PatchOperation[];
  };
  /** Plans the facet of a new resource. */
  planNew(view: FacetView, id: string, value: JsonObject[string] | undefined): Promise<FacetPlan>;
  /** Whether the request depends on the whole list, so that it needs a lease. */
  needsWhole(request: FacetRequest): boolean;
  /** Reads what the request needs and throws if it cannot be done. `whole` forces reading all values. */
  plan(view: FacetView, id: string, request: FacetRequest, whole: boolean): Promise<FacetPlan>;
}

/** The plan of a request that does not change a facet. */
export const noPlan: FacetPlan = { added: [], removed: [], apply: async () => {} };

/** Whether the plan writes nothing. */
export const isEmptyPlan = ({ added, removed }: FacetPlan): boolean => added.length + removed.length === 0;

/** `resource` with the values of a facet; without values it does not get the attribute (RFC 7643 §2.5). */
export const withValues = (resource: JsonObject, name: string, values: FacetValues = []): JsonObject =>
  values.length > 0 ? { ...resource, [name]: values } : resource;
