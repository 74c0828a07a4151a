// A change as a value: the states before and after, and the claims to take and release. Each participant plans the writes
// that it needs; resources-table.ts executes all of them in one transaction.

import type { Incarnation } from '../platform/tenant.ts';
import { equalValues } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Write } from '../table/transact.ts';
import type { Principal } from '../tenants/principal.ts';
import { type Claim, claimedValue, definesClaim, type HeldValues, heldValues } from './held-values.ts';
import { pendingItem } from './pending-table.ts';
import { claimItem, claimItemKey, resourceKey, toItem } from './resource-item.ts';
import type { StoredResource } from './stored-resource.ts';
import { tombstoneItem } from './tombstones-table.ts';

/** Why a resource changes. */
export type Cause = 'create' | 'replace' | 'patch' | 'delete' | 'takeOver';

/** A change of one resource, with all that the participants need to plan their writes. */
export interface Transition {
  readonly tenant: Incarnation;
  readonly type: ResourceType;
  readonly cause: Cause;
  readonly principal: Principal | undefined;
  /** Undefined for a creation. */
  readonly before: StoredResource | undefined;
  /** Undefined for a deletion. */
  readonly after: StoredResource | undefined;
  /** The time of the change, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Claims on new values: the transition fails if another resource holds one. */
  readonly claimsToTake: readonly Claim[];
  /** Claims on values older than their uniqueness: taken unless another resource holds them. */
  readonly claimsToTry: readonly Claim[];
  /** Claims to release; those already gone or held by another resource are skipped. */
  readonly claimsToRelease: readonly string[];
}

/** What it means if the condition of a write fails. */
export type ConditionFailure =
  | { readonly means: 'changed' }
  | { readonly means: 'taken'; readonly claim: Claim }
  /** The transition is repeated without the claim. */
  | { readonly means: 'without'; readonly claim: string };

/** A write of a transition. */
export interface PlannedWrite {
  readonly write: Write;
  readonly ifFailed: ConditionFailure;
}

/** Plans the writes that a transition needs for one kind of item; pure. */
type Participant = (transition: Transition) => readonly PlannedWrite[];

type Change = Pick<Transition, 'tenant' | 'type' | 'cause' | 'principal' | 'before' | 'after' | 'atMs'>;

/**
 * The transition of a change. A change takes the claims on new values and releases those on removed ones; it never fails
 * because of a value that existed before. A claim on an attribute that the type no longer has, because its schema was
 * removed, is kept as long as the value is.
 */
export const transitionOf = (change: Change): Transition => {
  const { type, before } = change;
  const wanted = change.after ? heldValues(type, change.after.id, change.after.attributes).claims : [];
  const existing = new Set((before ? heldValues(type, before.id, before.attributes).claims : []).map(keyOf));
  const has = new Set(before?.claims);
  const missing = wanted.filter(({ key }) => !has.has(key));
  const keys = new Set(wanted.map(keyOf));
  for (const claim of has) if (stays(claim, change)) keys.add(claim);
  return {
    ...change,
    after: change.after && { ...change.after, claims: [...keys] },
    claimsToTake: missing.filter(({ key }) => !existing.has(key)),
    claimsToTry: missing.filter(({ key }) => existing.has(key)),
    claimsToRelease: [...has].filter((key) => !keys.has(key)),
  };
};

const stays = (claim: string, { type, before, after }: Change): boolean => {
  if (!before || !after || definesClaim(type, claim)) return false;
  const value = claimedValue(claim, before.attributes);
  return value !== undefined && equalValues(value, claimedValue(claim, after.attributes));
};

const keyOf = ({ key }: Claim) => key;

/** `resource` with its lookup keys and claims. */
export const withHeldValues = (
  resource: Omit<StoredResource, 'keys' | 'claims'>,
  { keys, claims }: HeldValues,
): StoredResource => ({ ...resource, keys, claims: claims.map(keyOf) });

/** `transition` without an optional claim, or without one to release that it does not hold. */
export const withoutClaim = (transition: Transition, claim: string): Transition => ({
  ...transition,
  after: transition.after && {
    ...transition.after,
    claims: transition.after.claims.filter((key) => key !== claim),
  },
  claimsToTry: transition.claimsToTry.filter(({ key }) => key !== claim),
  claimsToRelease: transition.claimsToRelease.filter((key) => key !== claim),
});

/** The writes of all participants; that of the resource itself comes first. */
export const plannedWrites = (transition: Transition): readonly PlannedWrite[] =>
  participants.flatMap((participant) => participant(transition));

const ifAbsent = { ConditionExpression: 'attribute_not_exists(PK)' };

/** A pending group has version 0, so that only one of making it visible and taking its name over can succeed. */
const ifVersion = ({ version }: StoredResource) => ({
  ConditionExpression: 'Version = :version',
  ExpressionAttributeValues: { ':version': version },
});

const ownItem: Participant = ({ tenant, type, before, after }) => {
  const ifFailed = { means: 'changed' } as const;
  if (after) {
    const put = toItem(tenant, type.name, after);
    return [{ write: { put, ...(before ? ifVersion(before) : ifAbsent) }, ifFailed }];
  }
  if (!before) return [];
  return [{ write: { remove: resourceKey(tenant, type.name, before.id), ...ifVersion(before) }, ifFailed }];
};

const claims: Participant = ({ tenant, type, before, after, claimsToTake, claimsToTry, claimsToRelease }) => {
  const id = (after ?? before)?.id ?? '';
  const take = (claim: Claim): Write => ({
    put: claimItem(tenant, type.name, claim.key, id),
    ConditionExpression: 'attribute_not_exists(PK) OR Id = :id',
    ExpressionAttributeValues: { ':id': id },
  });
  return [
    ...claimsToTake.map((claim) => ({ write: take(claim), ifFailed: { means: 'taken', claim } as const })),
    ...claimsToTry.map((claim) => ({
      write: take(claim),
      ifFailed: { means: 'without', claim: claim.key } as const,
    })),
    ...claimsToRelease.map((claim) => ({
      write: {
        remove: claimItemKey(tenant, type.name, claim, id),
        ConditionExpression: 'attribute_not_exists(PK) OR Id = :id',
        ExpressionAttributeValues: { ':id': id },
      },
      ifFailed: { means: 'without', claim } as const,
    })),
  ];
};

/** Only users and groups have memberships, which outlive them for a moment. */
const tombstone: Participant = ({ tenant, type, before, after, atMs }) => {
  if (after || !before || (type.name !== 'User' && type.name !== 'Group')) return [];
  const put = tombstoneItem(tenant, {
    id: before.id,
    typeName: type.name,
    life: before.life,
    deletedAtMs: atMs,
  });
  return [{ write: { put }, ifFailed: { means: 'changed' } }];
};

/** The note of a group that is being created with members: if the group is still pending when it expires, it is removed. */
const pendingNote: Participant = ({ tenant, before, after, atMs }) => {
  if (before || after?.pendingSinceMs === undefined) return [];
  return [{ write: { put: pendingItem(tenant, after.id, atMs) }, ifFailed: { means: 'changed' } }];
};

const participants: readonly Participant[] = [ownItem, claims, tombstone, pendingNote];
