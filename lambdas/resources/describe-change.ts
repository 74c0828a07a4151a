// Describes what a write changed in a resource, from its state before and after.

import type { Change } from '../scim/change.ts';
import { changedAttributes } from '../scim/changed-attributes.ts';
import { equalValues } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { undeclaredKeys } from '../scim/schemas/undeclared.ts';
import type { FacetPlan } from './facets/facet.ts';
import { nameIn } from './held-values.ts';
import type { StoredResource } from './stored-resource.ts';

type Noted = Pick<FacetPlan, 'added' | 'removed'> & { readonly leftOut?: readonly string[] };

/**
 * The change of a resource: created without `before`, deleted without `after`; undefined if nothing changed and nothing that
 * the client sent was left out.
 */
export const describeChange = (
  type: ResourceType,
  before: StoredResource | undefined,
  after: StoredResource | undefined,
  { added, removed, leftOut = [] }: Noted = { added: [], removed: [] },
): Change | undefined => {
  const state = after ?? before;
  if (!state) return undefined;
  const attributes = after ? changedAttributes(before?.attributes ?? {}, after.attributes) : [];
  if (before && after && attributes.length + added.length + removed.length + leftOut.length === 0) {
    return undefined;
  }
  const undeclared = undeclaredKeys(after?.attributes ?? {}, type).filter(
    (key) => !equalValues(after?.attributes[key], before?.attributes[key]),
  );
  const name = nameIn(type, state.attributes);
  const previousName = before && nameIn(type, before.attributes);
  return {
    typeName: type.name,
    id: state.id,
    name,
    ...(previousName !== name && { previousName }),
    attributes,
    ...(undeclared.length > 0 && { undeclared }),
    ...(leftOut.length > 0 && { leftOut }),
    ...(added.length > 0 && { added }),
    ...(removed.length > 0 && { removed }),
  };
};
