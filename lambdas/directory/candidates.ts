// The few resources that a filter can possibly match, when an index tells: everything Entra asks is answered here.

import type { Incarnation } from '../tenants/tenant.ts';
import { foldCase } from '../scim/comparison.ts';
import type { Filter } from '../scim/filter.ts';
import type { ResourceType } from '../scim/schema.ts';
import { findHolder, findIdsByEmail, findIdsByExternalId, findIdsByName } from '../store/lookups.ts';
import { findGroupIdsOf } from '../store/members.ts';
import { getResource, getResources, type StoredResource, type UniqueValue } from '../store/resources.ts';
import { requiredEqualities } from './filter-conditions.ts';
import { indexedValues, nameAttribute, nameKey } from './indexed-values.ts';
import { isResourceId } from './resources.ts';

/**
 * A superset of the resources that match `filter`, read strongly consistent; undefined when no condition that must hold
 * is indexed. The caller evaluates the whole filter over them, so an index that lags can never make an answer wrong.
 */
export const findCandidates = async (
  tenant: Incarnation,
  type: ResourceType,
  filter: Filter,
): Promise<StoredResource[] | undefined> => {
  const conditions = requiredEqualities(filter);
  const value = (name: string) => conditions.find((condition) => condition.name === name)?.value;

  const id = value('id');
  if (id !== undefined) return readAll(tenant, type, [id]);

  const nameValue = value(nameAttribute(type) ?? '');
  const name = nameValue === undefined ? undefined : nameKey(type, nameValue);
  if (name) return findByName(tenant, type, name);

  const externalId = value('externalId');
  if (externalId !== undefined)
    return readAll(tenant, type, await findIdsByExternalId(tenant, type.name, externalId));

  const email = type.name === 'User' ? value('work email') : undefined;
  if (email !== undefined)
    return readAll(tenant, type, await findIdsByEmail(tenant, type.name, foldCase(email)));

  const member = type.name === 'Group' ? value('members') : undefined;
  if (member !== undefined) return readAll(tenant, type, await findGroupIdsOf(tenant, member));

  return undefined;
};

/** by-name first; when it finds nobody, or one who has another name by now, the item of the name itself knows. */
const findByName = async (
  tenant: Incarnation,
  type: ResourceType,
  name: UniqueValue,
): Promise<StoredResource[]> => {
  const found = await readAll(tenant, type, await findIdsByName(tenant, type.name, name.key));
  if (found.some(({ id, attributes }) => indexedValues(type, id, attributes).name === name.key)) return found;
  const holder = await findHolder(tenant, type.name, name);
  return holder === undefined ? [] : readAll(tenant, type, [holder]);
};

const readAll = async (
  tenant: Incarnation,
  type: ResourceType,
  ids: readonly string[],
): Promise<StoredResource[]> => {
  const [first, ...others] = ids.filter(isResourceId);
  if (first === undefined) return [];
  if (others.length > 0) return getResources(tenant, type.name, [first, ...others]);
  const resource = await getResource(tenant, type.name, first);
  return resource ? [resource] : [];
};
