// The data of the live view: the counts of all tenants and, for one tenant, the users and groups that changed last and the newest
// log entries. The modules of lambdas/ read the environment when they load, so they are imported once it points at the local table.

import type { LogEntry } from '../../../lambdas/log/entry.ts';
import type { Incarnation, TenantId } from '../../../lambdas/platform/tenant.ts';
import type { StoredResource } from '../../../lambdas/resources/stored-resource.ts';

const SHOWN = 100;
const LOG_SHOWN = 200;

interface ShownResource {
  readonly id: string;
  readonly name: string;
  readonly changedAt: number;
}

interface LiveState {
  readonly tenants: readonly { readonly id: string; readonly users: number; readonly groups: number }[];
  /** The tenant that the rest is about: the requested one, or the first. */
  readonly tenant: string | undefined;
  readonly users: readonly (ShownResource & { readonly displayName: string; readonly active: boolean })[];
  readonly groups: readonly (ShownResource & { readonly members: number })[];
  /** Newest first. */
  readonly log: readonly LogEntry[];
}

/** Reads the state for one tenant; without one, for the first. */
export type ReadState = (tenant: TenantId | undefined) => Promise<LiveState>;

/** Loads the modules that read the table; call it once the environment points at the local one. */
export const openState = async (): Promise<ReadState> => {
  const { listTenants } = await import('../../../lambdas/tenants/read-tenant.ts');
  const { openLog } = await import('../../../lambdas/log/read.ts');
  const { readCounter } = await import('../../../lambdas/resources/counters-table.ts');
  const { Reader } = await import('../../../lambdas/resources/reader.ts');
  const { walkMembers } = await import('../../../lambdas/resources/facets/members-table.ts');

  /** The last changed resources of the first page, which holds a megabyte. */
  const readLatest = async (tenant: Incarnation, typeName: string): Promise<readonly StoredResource[]> => {
    for await (const page of new Reader(tenant).walk({ name: typeName })) {
      return page.sort((a, b) => b.modifiedAtMs - a.modifiedAtMs).slice(0, SHOWN);
    }
    return [];
  };

  /** The counter is updated from the stream, and exists once the first resource does. */
  const count = async (tenant: Incarnation, typeName: string) => (await readCounter(tenant, typeName)) ?? 0;

  const countMembers = async (tenant: Incarnation, groupId: string): Promise<number> => {
    let count = 0;
    for await (const members of walkMembers(tenant, groupId)) count += members.length;
    return count;
  };

  const readTenant = async (tenant: Incarnation) => {
    const [users, groups, log] = await Promise.all([
      readLatest(tenant, 'User'),
      readLatest(tenant, 'Group'),
      openLog(tenant).then((readLog) => readLog({ limit: LOG_SHOWN })),
    ]);
    return {
      users: users.map((user) => ({
        ...show(user, 'userName'),
        displayName: textOf(user, 'displayName'),
        active: user.attributes.active !== false,
      })),
      groups: await Promise.all(
        groups.map(async (group) => ({
          ...show(group, 'displayName'),
          members: await countMembers(tenant, group.id),
        })),
      ),
      log: log.reverse(),
    };
  };

  return async (asked) => {
    const all = await listTenants();
    const tenants = await Promise.all(
      all.map(async ({ id, incarnation }) => ({
        id,
        users: await count(incarnation, 'User'),
        groups: await count(incarnation, 'Group'),
      })),
    );
    const tenant = all.find(({ id }) => id === asked) ?? all[0];
    const shown = tenant ? await readTenant(tenant.incarnation) : { users: [], groups: [], log: [] };
    return { tenants, tenant: tenant?.id, ...shown };
  };
};

const textOf = ({ attributes }: StoredResource, name: string): string => String(attributes[name] ?? '');

const show = (resource: StoredResource, nameAttribute: string): ShownResource => ({
  id: resource.id,
  name: textOf(resource, nameAttribute),
  changedAt: resource.modifiedAtMs,
});
