// Creates a tenant in several steps, in two stores without a common transaction. The tenant's own item comes first and fixes
// the incarnation. Each step is idempotent, so that an interrupted creation can be completed by running it again.

import { randomUUID } from 'node:crypto';
import { createToken, deleteToken } from '../credentials/write-token-secret.ts';
import { now, timestamp } from '../platform/clock.ts';
import { type Incarnation, incarnationAt, type TenantId } from '../platform/tenant.ts';
import { startCounter } from '../resources/counters-table.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import { createState } from '../tenants/switches-table.ts';
import { beingDeleted, noSuchTenant, tenantExists } from '../tenants/tenant-errors.ts';
import { activateTenant, findTenant, insertTenant, type TenantItem } from '../tenants/tenants-table.ts';

/** Hooks between the steps. */
interface CreationSteps {
  /** The name is reserved; no request is accepted yet. Called again when the creation is repeated. */
  readonly onNameTaken?: () => Promise<unknown>;
}

/**
 * Creates the tenant and its first token, or completes an interrupted creation. Throws a `TenantError` when the tenant
 * exists or is being deleted.
 */
export const createTenant = async (
  id: TenantId,
  { onNameTaken }: CreationSteps = {},
): Promise<TenantItem & { readonly token: string }> => {
  const tenant = await takeName(id);
  const { incarnation } = tenant;
  await onNameTaken?.();
  if (!(await createState(incarnation))) throw await refusal(id, incarnation);
  for (const { name } of [userType, groupType]) await startCounter(incarnation, name);
  const { token } = await createToken({ tenant: incarnation, keyId: randomUUID() });
  if (await activateTenant(incarnation)) return { ...tenant, state: 'active', token };
  throw await refusal(id, incarnation);
};

const SECOND_MS = 1000;

const takeName = async (id: TenantId): Promise<TenantItem> => {
  const nowMs = now();
  let [atMs, lostRaces] = [nowMs, 0];
  for (;;) {
    const existing = await findTenant(id);
    if (existing?.state === 'creating') return existing;
    if (existing) throw existing.state === 'deleting' ? beingDeleted(id) : tenantExists(id);
    const incarnation = incarnationAt(id, atMs);
    const createdAt = timestamp(nowMs);
    const outcome = await insertTenant(incarnation, createdAt);
    if (outcome === 'inserted') return { id, incarnation, createdAt, state: 'creating', types: [] };
    if (outcome === 'buried') atMs += SECOND_MS;
    // Somebody else has just created it: the next round finds their item.
    if (outcome === 'exists' && ++lostRaces > 1) throw tenantExists(id);
  }
};

/** Why the creation fails: somebody else completed it, or deleted the tenant; then the new token is deleted too. */
const refusal = async (id: TenantId, incarnation: Incarnation) => {
  const current = await findTenant(id);
  if (current?.incarnation !== incarnation || current.state === 'deleting') await deleteToken(incarnation);
  if (!current) return noSuchTenant(id);
  return current.state === 'deleting' ? beingDeleted(id) : tenantExists(id);
};
