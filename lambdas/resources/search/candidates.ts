// Reads the candidates that a plan names, strongly consistent, and not more than the budget allows.

import pMap from 'p-map';
import type { ResourceType } from '../../scim/schemas/schema.ts';
import { memberIdsOf } from '../facets/groups.ts';
import { groupsWith } from '../facets/members.ts';
import { claimKey, groupNamePrefix } from '../held-values.ts';
import type { WorkBudget } from '../limits/work-budget.ts';
import type { Reader } from '../reader.ts';
import type { StoredResource } from '../stored-resource.ts';
import type { Source } from './plan.ts';

/** Resources that are read in one call, where ids are known. */
const IDS_PER_READ = 100;

/** Look-ups of one filter that run at the same time. */
const PARALLEL_LOOKUPS = 8;

/** A user of Entra's default mapping takes about this. */
const BYTES_PER_RESOURCE = 1024;

/** The candidates in the order of their ids, in pages. */
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
      return (await groupsWith(reader, source.memberId, work)).map(({ groupId }) => groupId);
    case 'membersOf':
      return memberIdsOf(reader, source.groupId, work);
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
 * by-name first, at half the price; when it knows nobody, or only people who have another name by now, the claim on the
 * name does, which is strongly consistent.
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
