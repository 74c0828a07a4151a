// Reads the candidates of a plan, strongly consistent, within the work budget.

import pMap from 'p-map';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { memberIdsOfGroup } from '../facets/groups.ts';
import { groupsOfMember } from '../facets/members.ts';
import { claimKey, groupNamePrefix } from '../held-values.ts';
import type { WorkBudget } from '../limits/work-budget.ts';
import type { Reader } from '../reader.ts';
import type { StoredResource } from '../stored-resource.ts';
import type { Source } from './plan.ts';

/** Resources read per batch if their ids are known. */
const IDS_PER_READ = 100;

/** Concurrent look-ups of one filter. */
const PARALLEL_LOOKUPS = 8;

/** The approximate size of a user with Entra's default mapping. */
const BYTES_PER_RESOURCE = 1024;

/** The candidates in order of id, in pages. */
export const walkCandidates = async function* (
  reader: Reader,
  type: ResourceType,
  source: Source,
  work: WorkBudget,
): AsyncGenerator<readonly StoredResource[], void, void> {
  if (source.from === 'everything') {
    return yield* reader.walk(type, { onBytes: (bytes) => work.spendBytes(bytes) });
  }
  if (source.from === 'userName') return yield await findByUserName(reader, type, source.name);
  const ids = [...new Set(await findIds(reader, type, source, work))].sort();
  for (let at = 0; at < ids.length; at += IDS_PER_READ) {
    const some = ids.slice(at, at + IDS_PER_READ);
    if (ids.length > IDS_PER_READ) work.spendBytes(some.length * BYTES_PER_RESOURCE);
    yield await reader.many(type, some);
  }
};

type Indexed = Exclude<Source, { readonly from: 'everything' }>;

const findIds = async (
  reader: Reader,
  type: ResourceType,
  source: Indexed,
  work: WorkBudget,
): Promise<readonly string[]> => {
  switch (source.from) {
    case 'ids':
      return source.ids;
    case 'claim':
      return holderOf(reader, type, source.claim);
    case 'userName':
      return (await findByUserName(reader, type, source.name)).map(({ id }) => id);
    case 'groupName':
      return reader.holders(type, groupNamePrefix(source.name));
    case 'externalId':
      return reader.inIndex(type, 'byExternalId', source.externalId);
    case 'email':
      return reader.inIndex(type, 'byEmail', source.email);
    case 'groupsOf':
      return (await groupsOfMember(reader, source.memberId, work)).map(({ groupId }) => groupId);
    case 'membersOf':
      return memberIdsOfGroup(reader, source.groupId, work);
    case 'either': {
      const find = (one: Source) => findIds(reader, type, one as Indexed, work);
      return (await pMap(source.sources, find, { concurrency: PARALLEL_LOOKUPS })).flat();
    }
  }
};

const holderOf = async (reader: Reader, type: ResourceType, claim: string): Promise<string[]> => {
  const id = await reader.holder(type, claim);
  return id === undefined ? [] : [id];
};

/**
 * Looks in by-name first, at half the cost. If it finds nobody with the name, looks up the claim on the name, which is
 * strongly consistent.
 */
const findByUserName = async (
  reader: Reader,
  type: ResourceType,
  name: string,
): Promise<StoredResource[]> => {
  const found = await reader.many(type, await reader.inIndex(type, 'byName', name));
  const named = found.filter(({ keys }) => keys.name === name);
  if (named.length > 0) return named;
  return reader.many(type, await holderOf(reader, type, claimKey(type, 'userName', name) ?? ''));
};
