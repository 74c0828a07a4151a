// Publishes the current state of a tenant again, for a subscriber that is new or missed events.

import { createHash, randomUUID } from 'node:crypto';
import { publish } from '../events/bus.ts';
import { type BusinessEvent, EVENT_FORMAT } from '../events/event.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import { type Incarnation, partsOf } from '../tenants/tenant.ts';
import { markMembers, markResources } from './resync-table.ts';

/** How many of each are published. */
interface ResyncCounts {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** A run of a resync. */
interface Resync extends ResyncCounts {
  /** In every event of the run. */
  readonly resyncId: string;
}

/** The begin or the end of a run could not be published: one sentence for the operator. */
export class ResyncError extends Error {
  override readonly name = 'ResyncError';
}

/**
 * Publishes every user, group and membership as `user.created`, `group.created` and `group.member.added` with `resync`,
 * through the stream and the bus like any other event, between `tenant.resync.started` and `tenant.resync.ended`. Costs one
 * write each; `onProgress` is called with the counts so far. Throws a `ResyncError` when the bus does not accept the begin
 * or the end.
 */
export const resyncTenant = async (
  tenant: Incarnation,
  onProgress: (soFar: ResyncCounts) => void = () => {},
): Promise<Resync> => {
  const resyncId = randomUUID();
  await publishMark(tenant, { type: 'tenant.resync.started', resyncId });
  const published = await markAll(tenant, resyncId, onProgress);
  await publishMark(tenant, { type: 'tenant.resync.ended', resyncId, published });
  return { resyncId, ...published };
};

const markAll = async (
  tenant: Incarnation,
  resyncId: string,
  onProgress: (soFar: ResyncCounts) => void,
): Promise<ResyncCounts> => {
  let counts = { users: 0, groups: 0, memberships: 0 };
  const add = (more: Partial<ResyncCounts>) => {
    counts = {
      users: counts.users + (more.users ?? 0),
      groups: counts.groups + (more.groups ?? 0),
      memberships: counts.memberships + (more.memberships ?? 0),
    };
    onProgress(counts);
  };
  for await (const ids of markResources(tenant, userType.name, resyncId)) add({ users: ids.length });
  for await (const ids of markResources(tenant, groupType.name, resyncId)) {
    add({ groups: ids.length });
    for (const id of ids) {
      for await (const members of markMembers(tenant, id, resyncId)) add({ memberships: members.length });
    }
  }
  return counts;
};

const publishMark = async (
  tenant: Incarnation,
  mark: Pick<BusinessEvent, 'type' | 'resyncId' | 'published'>,
): Promise<void> => {
  const parts = partsOf(tenant);
  const now = Date.now();
  const id = createHash('sha256')
    .update(`${tenant}/${mark.resyncId}/${mark.type}`)
    .digest('hex')
    .slice(0, 32);
  const refused = await publish([
    {
      version: EVENT_FORMAT,
      id,
      ...parts,
      time: new Date(now).toISOString(),
      orderingKey: `${parts.tenant}/resync`,
      sequence: String(mark.published ? now + 1 : now),
      resource: { type: 'Tenant', id: parts.tenant },
      ...mark,
    },
  ]);
  if (refused.length === 0) return;
  throw new ResyncError(
    `The bus did not accept the event ${mark.type}, so the resync is not complete: run it again later.`,
  );
};
