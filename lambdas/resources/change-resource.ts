// Creates, changes and deletes resources atomically, with optimistic concurrency. Each change is a transition from the state
// that was read; if another request wrote in between, it is computed again from the new state.

import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../platform/clock.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { loggable, notFound, preconditionFailed, unavailable, uniqueness } from '../scim/errors/errors.ts';
import { equalValues, type JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { checkIfMatch } from '../scim/version.ts';
import { backOff } from '../table/retry.ts';
import type { Principal } from '../tenants/principal.ts';
import { assertStorable, type Claim, heldValues } from './held-values.ts';
import { Reader } from './reader.ts';
import { findHolder, getStored, writeTransition } from './resources-table.ts';
import { newResourceId, type StoredResource } from './stored-resource.ts';
import { hasTombstone } from './tombstones-table.ts';
import { type Cause, transitionOf, withHeldValues } from './transition.ts';

/** Attempts to change a resource that others change at the same time. */
const MAX_ATTEMPTS = 12;

/** Whose resource is changed, of which type, and on whose behalf. */
export interface Subject {
  readonly tenant: Incarnation;
  readonly type: ResourceType;
  readonly principal: Principal | undefined;
}

/** A new resource, not stored yet. Throws payloadTooLarge or invalidValue. */
export const newResource = (type: ResourceType, attributes: JsonObject): StoredResource => {
  const [id, nowMs] = [newResourceId(), now()];
  const held = heldValues(type, id, attributes);
  assertStorable(type, attributes, held, undefined);
  return withHeldValues(
    { id, version: 1, createdAtMs: nowMs, modifiedAtMs: nowMs, attributes, life: 1 },
    held,
  );
};

/** The resource as stored while its members are being written: invisible, with version 0. */
export const asPending = (resource: StoredResource): StoredResource => ({
  ...resource,
  version: 0,
  pendingSinceMs: resource.createdAtMs,
});

/** Stores a new resource. Throws uniqueness if another one of the type has one of its unique values, also after a race. */
export const createResource = async (subject: Subject, resource: StoredResource): Promise<StoredResource> => {
  const creation = {
    cause: 'create',
    before: undefined,
    after: resource,
    atMs: resource.createdAtMs,
  } as const;
  const transition = transitionOf({ ...subject, ...creation });
  for (let attempt = 1; ; attempt++) {
    const result = await writeTransition(transition);
    if (result === 'changedMeanwhile') {
      // The id is random, so the existing resource is this one, written by an attempt whose response was lost.
      return resource;
    }
    if ('written' in result) return result.written ?? resource;
    if (attempt === MAX_ATTEMPTS || !(await isClaimFree(subject, result.taken))) {
      throw valueTaken(subject.type, result.taken);
    }
  }
};

/** After this time a pending group counts as abandoned, and its name can be taken over. */
const ABANDONED_MS = 30_000;

/** How long a request waits for a pending group of the same name to become visible or vanish, and how often it checks. */
const PENDING_WAIT_MS = 2_000;
const PENDING_POLL_MS = 100;

/**
 * Whether a claim that was taken is free now: its holder is gone, or was an abandoned pending group and is removed here (if
 * its creator is still running, it finds its group gone and answers 503). False if a visible resource holds it. Throws 503
 * while a pending group holds it: 409 would say that such a group exists.
 */
const isClaimFree = async (subject: Subject, claim: Claim): Promise<boolean> => {
  const { tenant, type } = subject;
  const givesUpAtMs = now() + PENDING_WAIT_MS;
  for (;;) {
    const id = await findHolder(tenant, type.name, claim.key);
    if (id === undefined) return true;
    const holder = await getStored(tenant, type.name, id);
    if (holder?.pendingSinceMs === undefined) return false;
    const endsInMs = holder.pendingSinceMs + ABANDONED_MS - now();
    if (endsInMs <= 0) {
      await removePending(subject, holder);
      return true;
    }
    if (now() > givesUpAtMs) throw beingCreated(type, Math.ceil(endsInMs / 1000));
    await sleep(PENDING_POLL_MS);
  }
};

/** Removes a pending group and its claims; the tombstone has its memberships deleted. False if it is not pending. */
export const removePending = async (subject: Subject, pending: StoredResource): Promise<boolean> => {
  const change = { cause: 'takeOver', before: pending, after: undefined, atMs: now() } as const;
  return typeof (await writeTransition(transitionOf({ ...subject, ...change }))) === 'object';
};

/** The resource with this id. Throws notFound. */
export const requireResource = async (
  reader: Reader,
  type: ResourceType,
  id: string,
): Promise<StoredResource> => {
  const resource = await reader.get(type, id);
  if (!resource) throw noSuchResource(type, id);
  return resource;
};

/** A resource before and after a request; the same object if nothing changed. */
export interface ChangedResource {
  readonly before: StoredResource;
  readonly after: StoredResource;
}

/** A request to change a stored resource. */
export interface ResourceChange {
  readonly id: string;
  readonly cause: Cause;
  /** The If-Match header: the versions that may be changed. */
  readonly ifMatch: string | undefined;
}

/**
 * Applies `change` to the attributes and stores the result. Writes nothing if the attributes did not change, unless `always`
 * is set because a facet does. If another request wrote in between, the change is applied to the new state, unless `ifMatch`
 * forbids it. Throws notFound, preconditionFailed, uniqueness, or 503 after too many attempts.
 */
export const changeResource = (
  subject: Subject,
  { id, cause, ifMatch }: ResourceChange,
  change: (attributes: JsonObject) => JsonObject,
  { always = false }: { readonly always?: boolean } = {},
): Promise<ChangedResource> => {
  const { tenant, type } = subject;
  let sent: ChangedResource | undefined;
  return repeatWhileChanging(ifMatch, async () => {
    const current = await requireResource(new Reader(tenant), type, id);
    if (sent && isOwnWrite(sent.after, current)) return sent;
    if (sent && ifMatch !== undefined) return undefined;
    checkIfMatch(ifMatch, current.version);
    const attributes = change(current.attributes);
    if (!always && equalValues(attributes, current.attributes)) return { before: current, after: current };
    const held = heldValues(type, id, attributes);
    assertStorable(type, attributes, held, heldValues(type, id, current.attributes));
    const nowMs = now();
    const after = withHeldValues(
      { ...current, attributes, version: current.version + 1, modifiedAtMs: nowMs },
      held,
    );
    const transition = transitionOf({ ...subject, cause, before: current, after, atMs: nowMs });
    const result = await writeTransition(transition);
    sent = { before: current, after };
    if (result === 'changedMeanwhile') return undefined;
    if ('taken' in result) {
      // Nothing was written, so the next attempt starts over.
      sent = undefined;
      if (await isClaimFree(subject, result.taken)) return undefined;
      throw valueTaken(type, result.taken);
    }
    return { before: current, after: result.written ?? after };
  });
};

/** Deletes the resource and releases its claims; returns its last state. Throws notFound or preconditionFailed. */
export const removeResource = (
  subject: Subject,
  { id, cause, ifMatch }: ResourceChange,
): Promise<StoredResource> => {
  const { tenant, type } = subject;
  let sent: { readonly before: StoredResource; readonly atMs: number } | undefined;
  return repeatWhileChanging(ifMatch, async () => {
    const current = await new Reader(tenant).get(type, id);
    if (!current) {
      const { before, atMs = 0 } = sent ?? {};
      const tombstone = before && { id, typeName: type.name, life: before.life, deletedAtMs: atMs };
      if (before && tombstone && (await hasTombstone(tenant, tombstone))) return before;
      throw noSuchResource(type, id);
    }
    if (sent && ifMatch !== undefined) return undefined;
    checkIfMatch(ifMatch, current.version);
    const atMs = now();
    const result = await writeTransition(
      transitionOf({ ...subject, cause, before: current, after: undefined, atMs }),
    );
    sent = { before: current, atMs };
    return result === 'changedMeanwhile' ? undefined : current;
  });
};

/** Whether the stored state is the one sent: after a write whose response was lost, the next attempt finds its own write. */
const isOwnWrite = (sent: StoredResource, found: StoredResource): boolean =>
  sent.version === found.version &&
  sent.modifiedAtMs === found.modifiedAtMs &&
  equalValues(sent.attributes, found.attributes);

/** Repeats `write` while it returns undefined, which means that another request wrote between its read and its write. */
const repeatWhileChanging = async <Result>(
  ifMatch: string | undefined,
  write: () => Promise<Result | undefined>,
): Promise<Result> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const result = await write();
    if (result !== undefined) return result;
    // With If-Match, the second attempt only finds out whether the conflicting write was this request's own.
    if (ifMatch !== undefined && attempt > 1) {
      throw changedSinceRead('resource');
    }
    await backOff(attempt);
  }
  throw unavailable(
    'resourceBusy',
  )`Too many clients change this resource at once; the request can be repeated.`;
};

/** 412: If-Match allowed the change only on the version that was read. */
export const changedSinceRead = (what: 'resource' | 'group') =>
  preconditionFailed('changedSinceRead')`The ${loggable(what)} has changed since it was read.`;

/** 404, also for a text that cannot be an id. */
export const noSuchResource = (type: ResourceType, id: string) =>
  notFound('noSuchResource')`There is no ${loggable(type.name)} with id ${id}.`;

const beingCreated = (type: ResourceType, seconds: number) =>
  unavailable(
    'creationUnderWay',
    seconds,
  )`Another request is creating this ${loggable(type.name)}, or was interrupted. Repeat this one.`;

const valueTaken = (type: ResourceType, { attribute, value }: Claim) =>
  uniqueness(
    'valueTaken',
  )`Another ${loggable(type.name)} has the ${loggable(attribute)} ${JSON.stringify(value)} already; it must be unique.`;
