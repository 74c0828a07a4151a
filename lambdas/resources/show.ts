// Builds the representation of a stored resource, with the facets that the projection shows.

import { loggable, phrase, type Wording } from '../scim/errors/errors.ts';
import { type Projection, project, wants } from '../scim/query/projection.ts';
import { locate, type Representation, represent } from '../scim/representation.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Call } from './call.ts';
import type { Subject } from './change-resource.ts';
import { type Facet, type FacetPlan, type FacetValues, type FacetView, withValues } from './facets/facet.ts';
import { AnswerBudget, requireFit } from './limits/answer-budget.ts';
import { MemberBudget } from './limits/member-budget.ts';
import type { Reader } from './reader.ts';
import type { StoredResource } from './stored-resource.ts';

/** A call with its resource type and facets resolved. */
export interface OpenedCall {
  readonly call: Call;
  readonly subject: Subject;
  readonly type: ResourceType;
  readonly facets: readonly Facet[];
  readonly reader: Reader;
}

/** The view that facets of the call are loaded with. */
export const facetView = ({ reader, call }: OpenedCall): FacetView => ({
  reader,
  tenantUrl: call.tenant.tenantUrl,
  memberBudget: call.memberBudget ?? new MemberBudget(),
});

/** Values by the name of the facet. */
export type KnownValues = ReadonlyMap<string, FacetValues>;

/** The values of a facet that need no read, because its plan has them; else `otherwise`. */
export const knownValues = (
  facet: Facet | undefined,
  { values }: FacetPlan,
  otherwise?: FacetValues,
): KnownValues => {
  const known = values?.() ?? otherwise;
  return new Map(facet && known ? [[facet.name, known]] : []);
};

/** How a client gets an answer without the facet. */
export const leaveOut = ({ name }: Pick<Facet, 'name'>): Wording =>
  phrase`Leave them out with excludedAttributes=${loggable(name)}.`;

/** The representation of `stored`. Facets are read only if they are shown and not `known`. Throws tooMany. */
export const show = async (
  { call, type, facets, reader }: OpenedCall,
  stored: StoredResource,
  projection: Projection,
  known: KnownValues = new Map(),
): Promise<Representation> => {
  const { tenantUrl } = call.tenant;
  let resource = represent(stored, type, tenantUrl);
  const shown = facets.filter(({ name }) => wants(projection, name));
  for (const { name, load } of shown) {
    let values = known.get(name);
    if (!values) {
      const answer = new AnswerBudget([stored.id]);
      answer.spend(stored.id, resource);
      values = (await load({ reader, tenantUrl, answer }, [stored.id])).get(stored.id);
      requireFit(answer, leaveOut({ name }));
    }
    resource = withValues(resource, name, values);
  }
  return {
    version: stored.version,
    location: locate(tenantUrl, type.endpoint, stored.id),
    resource: project(resource, projection),
    showsFacets: shown.length > 0,
  };
};
