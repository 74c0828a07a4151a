// Describes what a write changed in a resource, from its state before and after.

import type { Change } from '../scim/change.ts';
import { changedAttributes } from '../scim/changed-attributes.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { FacetPlan } from './facets/facet.ts';
import { nameIn } from './held-values.ts';
import type { StoredResource } from './stored-resource.ts';

/** The change of a resource: created without `before`, deleted without `after`; undefined if nothing changed. */
export const describeChange = (
  type: ResourceType,
  before: StoredResource | undefined,
  after: StoredResource | undefined,
  { added, removed }: Pick<FacetPlan, 'added' | 'removed'> = { added: [], removed: [] },
): Change | undefined => {
  const state = after ?? before;
  if (!state) return undefined;
  const attributes = after ? changedAttributes(before?.attributes ?? {}, after.attributes) : [];
  if (before && after && attributes.length + added.length + removed.length === 0) return undefined;
  const name = nameIn(type, state.attributes);
  const previousName = before && nameIn(type, before.attributes);
  return {
    typeName: type.name,
    id: state.id,
    name,
    ...(previousName !== name && { previousName }),
    attributes,
    ...(added.length > 0 && { added }),
    ...(removed.length > 0 && { removed }),
  };
};
