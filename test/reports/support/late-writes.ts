// Requests whose write is held in the proxy until their tenant is deleted.

import { writeOf } from './dynamodb-proxy.ts';
import type { LocalRun } from './local-run.ts';
import { freshName } from './local-run.ts';
import { groupOf, type ScimClient, USER, values } from './scim-client.ts';
import { until } from './until.ts';

export interface LateWrite {
  /** The names and ids that it would leave; nothing else in the table has them. */
  readonly marks: readonly string[];
  readonly userName: string;
  readonly displayName: string;
  readonly memberId: string;
  /** Releases the write; resolves when the request is answered. */
  readonly release: () => Promise<void>;
}

type Write = (
  tenant: ScimClient,
  about: Omit<LateWrite, 'release' | 'marks'> & { readonly groupId: string },
) => Promise<unknown>;

export const lateWrites: Readonly<Record<string, Write>> = {
  'POST of a user': (tenant, { userName }) => tenant.post('/Users', { schemas: [USER], userName }),
  'POST of a group with members': (tenant, { displayName, memberId }) =>
    tenant.post('/Groups', groupOf(displayName, [memberId])),
  'PATCH that adds a member': (tenant, { groupId, memberId }) =>
    tenant.patch(`/Groups/${groupId}`, [{ op: 'add', path: 'members', value: values([memberId]) }]),
  'PATCH of a user': (tenant, { memberId, userName }) =>
    tenant.patch(`/Users/${memberId}`, [{ op: 'replace', path: 'userName', value: userName }]),
};

/** Sends the request; resolves when its first write is held. */
export const holdBack = async (run: LocalRun, tenant: ScimClient, write: Write): Promise<LateWrite> => {
  const [userName, displayName] = [`${freshName()}@reports.example`, `late ${freshName()}`];
  const { id: memberId } = await tenant.createUser(`${freshName()}@reports.example`);
  const { id: groupId } = await tenant.createGroup(`group ${freshName()}`);
  // The changes function has processed these by now.
  await until(
    async () => (await tenant.get('/Groups?count=0')).body.totalResults,
    (total) => total > 0,
    10_000,
  );
  const marks = [userName, displayName, memberId, groupId];
  const call = run.proxy.hold(writeOf(...marks));
  const answer = write(tenant, { userName, displayName, memberId, groupId });
  await call.arrived;
  const release = async () => {
    call.release();
    await answer;
  };
  return { marks, userName, displayName, memberId, release };
};
