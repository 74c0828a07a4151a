// A stored resource as an answer shows it, with its facets where they are asked for.

import { loggable, phrase } from '../scim/errors/errors.ts';
import { type Projection, project, wants } from '../scim/query/projection.ts';
import { locate, type Representation, represent } from '../scim/representation.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Call } from './call.ts';
import type { Subject } from './change-resource.ts';
import { type Facet, type FacetPlan, type FacetValues, type FacetView, withValues } from './facets/facet.ts';
import { AnswerBudget } from './limits/answer-budget.ts';
import type { Reader } from './reader.ts';
import type { StoredResource } from './stored-resource.ts';

/** A call whose resource type is known. */
export interface Opened {
  readonly call: Call;
  readonly subject: Subject;
  readonly type: ResourceType;
  readonly facets: readonly Facet[];
  readonly reader: Reader;
}

export const viewOf = ({ reader, call }: Opened): FacetView => ({ reader, tenantUrl: call.tenant.tenantUrl });

/** Values by the name of their facet. */
export type KnownValues = ReadonlyMap<string, FacetValues>;

/** Values that need no reading, because the request named them all. */
export const knownValues = (
  facet: Facet | undefined,
  { values }: FacetPlan,
  otherwise?: FacetValues,
): KnownValues => {
  const known = values?.() ?? otherwise;
  return new Map(facet && known ? [[facet.name, known]] : []);
};

/** The stored resource as the projection shows it; facets are read only when they are shown. */
export const show = async (
  { call, type, facets, reader }: Opened,
  stored: StoredResource,
  projection: Projection,
  known: KnownValues = new Map(),
): Promise<Representation> => {
  const { tenantUrl } = call.tenant;
  let resource = represent(stored, type, tenantUrl);
  const shown = facets.filter(({ name }) => wants(projection, name));
  for (const { name, load } of shown) {
    const answer = new AnswerBudget(phrase`Leave them out with excludedAttributes=${loggable(name)}.`);
    const values =
      known.get(name) ?? (await load({ reader, tenantUrl, answer }, [stored.id])).get(stored.id) ?? [];
    resource = withValues(resource, name, values);
  }
  return {
    version: stored.version,
    location: locate(tenantUrl, type.endpoint, stored.id),
    resource: project(resource, projection),
    showsFacets: shown.length > 0,
  };
};
