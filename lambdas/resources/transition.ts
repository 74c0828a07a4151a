// A change as a value: the state before, the state after, and which claims come and go. Each participant says which writes
// that needs, without making any; resources-table.ts makes them, all or nothing.

import { equalValues } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { Write } from '../table/transact.ts';
import type { Principal } from '../tenants/principal.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { type Claim, claimedValue, type HeldValues, heldValues, isGoverned } from './held-values.ts';
import { pendingItem } from './pending-table.ts';
import { claimItem, claimItemKey, resourceKey, toItem } from './resource-item.ts';
import type { StoredResource } from './stored-resource.ts';
import { tombstoneItem } from './tombstones-table.ts';

/** Why a resource changes. */
export type Cause = 'create' | 'replace' | 'patch' | 'delete' | 'takeOver';

/** A change of one resource, complete enough for every participant to say what it writes. */
export interface Transition {
  readonly tenant: Incarnation;
  readonly type: ResourceType;
  readonly cause: Cause;
  readonly principal: Principal | undefined;
  /** Undefined for a creation. */
  readonly before: StoredResource | undefined;
  /** Undefined for a deletion. */
  readonly after: StoredResource | undefined;
  /** When it happens, in milliseconds since the epoch. */
  readonly at: number;
  /** Claims on values that the change brings in: when one is held by another resource, the transition fails. */
  readonly takes: readonly Claim[];
  /** Claims on values that were there before they became unique: taken if nobody else holds them. */
  readonly wishes: readonly Claim[];
  /** Claims that are given back, unless they are gone or somebody else's by now. */
  readonly frees: readonly string[];
}

/** What is to be done when the condition of a write does not hold. */
export type Refusal =
  | { readonly means: 'changed' }
  | { readonly means: 'taken'; readonly claim: Claim }
  /** The transition goes on without the claim. */
  | { readonly means: 'without'; readonly claim: string };

export interface PlannedWrite {
  readonly write: Write;
  readonly refused: Refusal;
}

/** Says which writes a transition needs on its account; pure. */
export type Participant = (transition: Transition) => readonly PlannedWrite[];

type Change = Pick<Transition, 'tenant' | 'type' | 'cause' | 'principal' | 'before' | 'after' | 'at'>;

/**
 * The transition of a change. A change takes the claims on values that it brings in and frees those on values that it drops;
 * it is never refused for a value that was there before. A claim on an attribute that today's type no longer has, because
 * its schema was removed, stays as long as the value does.
 */
export const transitionOf = (change: Change): Transition => {
  const { type, before } = change;
  const wanted = change.after ? heldValues(type, change.after.id, change.after.attributes).claims : [];
  const there = new Set((before ? heldValues(type, before.id, before.attributes).claims : []).map(keyOf));
  const has = new Set(before?.claims);
  const missing = wanted.filter(({ key }) => !has.has(key));
  const keys = new Set(wanted.map(keyOf));
  for (const claim of has) if (stays(claim, change)) keys.add(claim);
  return {
    ...change,
    after: change.after && { ...change.after, claims: [...keys] },
    takes: missing.filter(({ key }) => !there.has(key)),
    wishes: missing.filter(({ key }) => there.has(key)),
    frees: [...has].filter((key) => !keys.has(key)),
  };
};

const stays = (claim: string, { type, before, after }: Change): boolean => {
  if (!before || !after || isGoverned(type, claim)) return false;
  const value = claimedValue(claim, before.attributes);
  return value !== undefined && equalValues(value, claimedValue(claim, after.attributes));
};

const keyOf = ({ key }: Claim) => key;

/** The resource that a transition leaves, with the keys and claims that it then has. */
export const withHeld = (
  resource: Omit<StoredResource, 'keys' | 'claims'>,
  { keys, claims }: HeldValues,
): StoredResource => ({ ...resource, keys, claims: claims.map(keyOf) });

/** `transition` without a claim that it only wished for, or that it wanted to give back but does not hold. */
export const withoutClaim = (transition: Transition, claim: string): Transition => ({
  ...transition,
  after: transition.after && {
    ...transition.after,
    claims: transition.after.claims.filter((key) => key !== claim),
  },
  wishes: transition.wishes.filter(({ key }) => key !== claim),
  frees: transition.frees.filter((key) => key !== claim),
});

/** The writes of all participants, that of the resource itself first. */
export const plannedWrites = (transition: Transition): readonly PlannedWrite[] =>
  participants.flatMap((participant) => participant(transition));

const ifAbsent = { ConditionExpression: 'attribute_not_exists(PK)' };

/** A pending group is of version 0: whoever makes it visible, or takes its name over, excludes the other. */
const ifVersion = ({ version }: StoredResource) => ({
  ConditionExpression: 'Version = :version',
  ExpressionAttributeValues: { ':version': version },
});

const ownItem: Participant = ({ tenant, type, before, after }) => {
  const refused = { means: 'changed' } as const;
  if (after) {
    const put = toItem(tenant, type.name, after);
    return [{ write: { put, ...(before ? ifVersion(before) : ifAbsent) }, refused }];
  }
  if (!before) return [];
  return [{ write: { remove: resourceKey(tenant, type.name, before.id), ...ifVersion(before) }, refused }];
};

const claims: Participant = ({ tenant, type, before, after, takes, wishes, frees }) => {
  const id = (after ?? before)?.id ?? '';
  const take = (claim: Claim): Write => ({
    put: claimItem(tenant, type.name, claim.key, id),
    ConditionExpression: 'attribute_not_exists(PK) OR Id = :id',
    ExpressionAttributeValues: { ':id': id },
  });
  return [
    ...takes.map((claim) => ({ write: take(claim), refused: { means: 'taken', claim } as const })),
    ...wishes.map((claim) => ({
      write: take(claim),
      refused: { means: 'without', claim: claim.key } as const,
    })),
    ...frees.map((claim) => ({
      write: {
        remove: claimItemKey(tenant, type.name, claim, id),
        ConditionExpression: 'attribute_not_exists(PK) OR Id = :id',
        ExpressionAttributeValues: { ':id': id },
      },
      refused: { means: 'without', claim } as const,
    })),
  ];
};

/** Only users and groups have memberships that outlive them for a moment. */
const tombstone: Participant = ({ tenant, type, before, after, at }) => {
  if (after || !before || (type.name !== 'User' && type.name !== 'Group')) return [];
  const put = tombstoneItem(tenant, {
    id: before.id,
    typeName: type.name,
    life: before.life,
    leftAtMs: at,
  });
  return [{ write: { put }, refused: { means: 'changed' } }];
};

/** A note beside a group that is being created with members: when it expires, a group that is still pending is removed. */
const pendingNote: Participant = ({ tenant, before, after, at }) => {
  if (before || after?.pendingSince === undefined) return [];
  return [{ write: { put: pendingItem(tenant, after.id, at) }, refused: { means: 'changed' } }];
};

const participants: readonly Participant[] = [ownItem, claims, tombstone, pendingNote];
