// Creates, changes and removes resources, all or nothing, whoever else writes at the same time. Each change is a transition
// from the state that was read; when somebody else was faster, it is worked out again from the newer state.

import { setTimeout as sleep } from 'node:timers/promises';
import { notFound, preconditionFailed, unavailable, uniqueness, word } from '../scim/errors/errors.ts';
import { equalValues, type JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { checkIfMatch } from '../scim/version.ts';
import { backOff } from '../table/retry.ts';
import type { Principal } from '../tenants/principal.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { type Claim, heldValues, refuseUnkeepable } from './held-values.ts';
import { Reader } from './reader.ts';
import { findHolder, getStored, writeTransition } from './resources-table.ts';
import { newResourceId, type StoredResource } from './stored-resource.ts';
import { isBuried } from './tombstones-table.ts';
import { type Cause, transitionOf, withHeld } from './transition.ts';

/** How often a change is tried again when others change the same resource at the same time. */
const ATTEMPTS = 12;

/** What is changed, and for whom. */
export interface Subject {
  readonly tenant: Incarnation;
  readonly type: ResourceType;
  readonly principal: Principal | undefined;
}

/** A resource that is not stored yet. */
export const newResource = (type: ResourceType, attributes: JsonObject): StoredResource => {
  const [id, now] = [newResourceId(), Date.now()];
  const held = heldValues(type, id, attributes);
  refuseUnkeepable(type, attributes, held, undefined);
  return withHeld({ id, version: 1, created: now, lastModified: now, attributes, life: 1 }, held);
};

/** The resource as it is stored while its members are being written: invisible, and of version 0. */
export const asPending = (resource: StoredResource): StoredResource => ({
  ...resource,
  version: 0,
  pendingSince: resource.created,
});

/** Stores a new resource. Throws 409 uniqueness when another of the type has a unique value, also for the loser of a race. */
export const createResource = async (subject: Subject, resource: StoredResource): Promise<StoredResource> => {
  const creation = { cause: 'create', before: undefined, after: resource, at: resource.created } as const;
  const transition = transitionOf({ ...subject, ...creation });
  for (let attempt = 1; ; attempt++) {
    const result = await writeTransition(transition);
    if (result === 'changedMeanwhile') {
      // The id is random: whoever is there is this very one, written by an attempt whose answer was lost.
      return resource;
    }
    if ('written' in result) return result.written ?? resource;
    if (attempt === ATTEMPTS || !(await isFreed(subject, result.taken))) {
      throw valueTaken(subject.type, result.taken);
    }
  }
};

/** After this long whoever wants its name takes a pending group for one whose creator died. */
const ABANDONED_MS = 30_000;

/** So long a request waits to see whether the creation of a group of the same name succeeds, and looks so often. */
const PENDING_PATIENCE_MS = 2_000;
const PENDING_PAUSE_MS = 100;

/**
 * Whether a claim that was held can be taken now: its holder is gone, or was a pending group that was abandoned and is removed
 * (should its creator still be running, it will find its group gone and answer 503). False when a visible resource has it.
 * Throws 503 while a group that nobody sees has it: 409 would say that there is one.
 */
const isFreed = async (subject: Subject, claim: Claim): Promise<boolean> => {
  const { tenant, type } = subject;
  const givesUpAt = Date.now() + PENDING_PATIENCE_MS;
  for (;;) {
    const id = await findHolder(tenant, type.name, claim.key);
    if (id === undefined) return true;
    const holder = await getStored(tenant, type.name, id);
    if (holder?.pendingSince === undefined) return false;
    const endsInMs = holder.pendingSince + ABANDONED_MS - Date.now();
    if (endsInMs <= 0) {
      await removePending(subject, holder);
      return true;
    }
    if (Date.now() > givesUpAt) throw beingCreated(type, Math.ceil(endsInMs / 1000));
    await sleep(PENDING_PAUSE_MS);
  }
};

/** Removes a pending group and its claims; the tombstone has its members removed. False when it is no longer pending. */
export const removePending = async (subject: Subject, pending: StoredResource): Promise<boolean> => {
  const change = { cause: 'takeOver', before: pending, after: undefined, at: Date.now() } as const;
  return typeof (await writeTransition(transitionOf({ ...subject, ...change }))) === 'object';
};

/** Throws 404 when there is no such resource. */
export const requireResource = async (
  reader: Reader,
  type: ResourceType,
  id: string,
): Promise<StoredResource> => {
  const resource = await reader.get(type, id);
  if (!resource) throw noSuchResource(type, id);
  return resource;
};

/** A resource before and after a request; the same when nothing changed. */
export interface ChangedResource {
  readonly before: StoredResource;
  readonly after: StoredResource;
}

/** What is asked of a stored resource. */
export interface ResourceChange {
  readonly id: string;
  readonly cause: Cause;
  /** The header: which versions may be changed. */
  readonly ifMatch: string | undefined;
}

/**
 * Applies `change` to the attributes and stores the result; nothing is written when nothing changed, unless `always` says
 * that something else does. When somebody else wrote meanwhile the change is applied to what they wrote, unless `ifMatch`
 * forbids that: 412.
 */
export const changeResource = (
  subject: Subject,
  asked: ResourceChange,
  change: (attributes: JsonObject) => JsonObject,
  { always = false }: { readonly always?: boolean } = {},
): Promise<ChangedResource> => {
  const { tenant, type } = subject;
  const { id, cause, ifMatch } = asked;
  let sent: ChangedResource | undefined;
  return repeatWhileChanging(ifMatch, async () => {
    const current = await requireResource(new Reader(tenant), type, id);
    if (sent && isSame(sent.after, current)) return sent;
    if (sent && ifMatch !== undefined) return undefined;
    checkIfMatch(ifMatch, current.version);
    const attributes = change(current.attributes);
    if (!always && equalValues(attributes, current.attributes)) return { before: current, after: current };
    const held = heldValues(type, id, attributes);
    refuseUnkeepable(type, attributes, held, heldValues(type, id, current.attributes));
    const now = Date.now();
    const after = withHeld({ ...current, attributes, version: current.version + 1, lastModified: now }, held);
    const transition = transitionOf({ ...subject, cause, before: current, after, at: now });
    const result = await writeTransition(transition);
    sent = { before: current, after };
    if (result === 'changedMeanwhile') return undefined;
    if ('taken' in result) {
      // Nothing was written: the next attempt is as the first.
      sent = undefined;
      if (await isFreed(subject, result.taken)) return undefined;
      throw valueTaken(type, result.taken);
    }
    return { before: current, after: result.written ?? after };
  });
};

/** Removes the resource and frees its claims; answers with what it was. Throws 404 when there is none. */
export const removeResource = (
  subject: Subject,
  { id, cause, ifMatch }: ResourceChange,
): Promise<StoredResource> => {
  const { tenant, type } = subject;
  let sent: { readonly before: StoredResource; readonly at: number } | undefined;
  return repeatWhileChanging(ifMatch, async () => {
    const current = await new Reader(tenant).get(type, id);
    if (!current) {
      const { before, at = 0 } = sent ?? {};
      const tombstone = before && { id, typeName: type.name, life: before.life, leftAtMs: at };
      if (before && tombstone && (await isBuried(tenant, tombstone))) return before;
      throw noSuchResource(type, id);
    }
    if (sent && ifMatch !== undefined) return undefined;
    checkIfMatch(ifMatch, current.version);
    const at = Date.now();
    const result = await writeTransition(
      transitionOf({ ...subject, cause, before: current, after: undefined, at }),
    );
    sent = { before: current, at };
    return result === 'changedMeanwhile' ? undefined : current;
  });
};

/** Whether what is there is what was sent: when the answer to a write is lost, its repetition finds its own work. */
const isSame = (sent: StoredResource, found: StoredResource): boolean =>
  sent.version === found.version &&
  sent.lastModified === found.lastModified &&
  equalValues(sent.attributes, found.attributes);

/** Repeats `write` while it returns undefined, which says that somebody else wrote between its read and its write. */
const repeatWhileChanging = async <Result>(
  ifMatch: string | undefined,
  write: () => Promise<Result | undefined>,
): Promise<Result> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const result = await write();
    if (result !== undefined) return result;
    // With If-Match the second attempt only finds out whether the write that came first was this request's own.
    if (ifMatch !== undefined && attempt > 1) {
      throw changedSinceRead('resource');
    }
    await backOff(attempt);
  }
  throw unavailable(
    'resourceBusy',
  )`Too many clients change this resource at once; the request can be repeated.`;
};

/** 412, for a change that If-Match allows on another version only. */
export const changedSinceRead = (what: 'resource' | 'group') =>
  preconditionFailed('changedSinceRead')`The ${word(what)} has changed since it was read.`;

/** 404, also for a text that can be no id. */
export const noSuchResource = (type: ResourceType, id: string) =>
  notFound('noSuchResource')`There is no ${word(type.name)} with id ${id}.`;

const beingCreated = (type: ResourceType, seconds: number) =>
  unavailable(
    'creationUnderWay',
    seconds,
  )`Another request is creating this ${word(type.name)}, or was cut off. Repeat this one.`;

const valueTaken = (type: ResourceType, { attribute, value }: Claim) =>
  uniqueness(
    'valueTaken',
  )`Another ${word(type.name)} has the ${word(attribute)} ${JSON.stringify(value)} already; it must be unique.`;
