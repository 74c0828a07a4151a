// A facet is an attribute that is not stored with its resource: `members` of a group, `groups` of a user. What a request says
// of a facet is split off, planned before anything is written, and applied after the resource's own write.

import type { JsonObject } from '../../scim/json.ts';
import type { PatchOperation } from '../../scim/patch/request.ts';
import type { AnswerBudget } from '../limits/answer-budget.ts';
import type { WorkBudget } from '../limits/work-budget.ts';
import type { Reader } from '../reader.ts';
import type { Lease } from './lease-table.ts';

export type FacetValues = readonly JsonObject[];

/** Who loads a facet, and what loading may cost. */
export interface FacetView {
  readonly reader: Reader;
  readonly tenantUrl: string;
  /** Of the answer, when the values are to be shown. */
  readonly answer?: AnswerBudget;
  /** Of the search, when they are to be evaluated. */
  readonly work?: WorkBudget;
  /** Spares the read that says who has left: a membership may then outlive its member for the second of a clean-up. */
  readonly mayLag?: boolean;
}

export interface Facet {
  /** A core attribute. */
  readonly name: string;
  /**
   * The values for each of `ids` that has any. With `only`, those that refer to one of these ids, at the price of those
   * alone.
   */
  load(
    view: FacetView,
    ids: readonly string[],
    only?: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, FacetValues>>;
  /** Undefined for a facet that clients only read. */
  readonly writer?: FacetWriter;
}

/** What a request wants of a facet. */
export type FacetRequest =
  | { readonly kind: 'patch'; readonly operations: readonly PatchOperation[] }
  /** The whole, as POST and PUT send it. */
  | { readonly kind: 'whole'; readonly value: JsonObject[string] | undefined };

/** What a request will change of a facet, worked out before anything is written. */
export interface FacetPlan {
  /** Ids that come in and go out, for the log; nothing is written when both are empty. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The values afterwards, where the plan had to read them all. */
  readonly values?: () => FacetValues;
  /** Repeatable: a repetition of the request completes what was cut off. */
  apply(options: { readonly born?: boolean; readonly lease?: Lease | undefined }): Promise<void>;
}

/** How clients change a facet. */
export interface FacetWriter {
  /** The operations on the facet, and those on the rest of the resource. */
  split(operations: readonly PatchOperation[]): {
    readonly own: readonly PatchOperation[];
    readonly facet: readonly PatchOperation[];
  };
  /** What a creation wants, for a resource that is not there yet. */
  planNew(view: FacetView, id: string, value: JsonObject[string] | undefined): Promise<FacetPlan>;
  /** Whether the request depends on the whole list, so that it has to wait for others of its kind. */
  needsWhole(request: FacetRequest): boolean;
  /** Reads what the request needs, and throws what makes it impossible. `whole` reads all that is there. */
  plan(view: FacetView, id: string, request: FacetRequest, whole: boolean): Promise<FacetPlan>;
}

/** The plan of a request that says nothing of a facet. */
export const noPlan: FacetPlan = { added: [], removed: [], apply: async () => {} };

/** Whether the plan writes nothing. */
export const isEmptyPlan = ({ added, removed }: FacetPlan): boolean => added.length + removed.length === 0;

/** `resource` with the values; without any it has no such attribute (RFC 7643 §2.5). */
export const withValues = (resource: JsonObject, name: string, values: FacetValues = []): JsonObject =>
  values.length > 0 ? { ...resource, [name]: values } : resource;
