// Writes a resource with a facet: first the change of the facet is planned, and refused if it is invalid; then the resource
// itself is written, then the facet. Repeating the request completes an interrupted change; an interrupted creation never
// becomes visible.

import { now } from '../../platform/clock.ts';
import { loggable, unavailable } from '../../scim/errors/errors.ts';
import type { JsonObject } from '../../scim/json.ts';
import { type Projection, wants } from '../../scim/query/projection.ts';
import type { NoContent, Representation } from '../../scim/representation.ts';
import { checkIfMatch } from '../../scim/version.ts';
import type { Call } from '../call.ts';
import {
  asPending,
  type ChangedResource,
  changedSinceRead,
  changeResource,
  createResource,
  noSuchResource,
  type ResourceChange,
  removePending,
  requireResource,
  type Subject,
} from '../change-resource.ts';
import { describeChange } from '../describe-change.ts';
import { AnswerBudget, MAX_ANSWER_BYTES, MAX_OWN_BYTES, requireFit } from '../limits/answer-budget.ts';
import { Reader } from '../reader.ts';
import { revealGroup, touchGroup } from '../resources-table.ts';
import { facetView, type KnownValues, leaveOut, type OpenedCall, show } from '../show.ts';
import { isResourceId, type StoredResource } from '../stored-resource.ts';
import { type Facet, type FacetPlan, type FacetRequest, isEmptyPlan, noPlan } from './facet.ts';
import { type Lease, withLease } from './lease-table.ts';

/** Whether `attributes` names the attribute, so that the response must not leave it out. */
const namesAttribute = ({ query }: Call, attribute: string): boolean =>
  Object.entries(query).some(
    ([name, value = '']) =>
      name.toLowerCase() === 'attributes' && new RegExp(`\\b${attribute}\\b`, 'i').test(value),
  );

/**
 * Creates a resource with a facet. First the pending resource and its claims are written in one transaction, so that the
 * loser of a race is refused at once; then the memberships; then the resource is made visible. An interrupted creation never
 * becomes visible. Throws uniqueness, or 503 if another request took the name over meanwhile.
 */
export const createWithFacet = async (
  subject: Subject,
  resource: StoredResource,
  plan: FacetPlan,
): Promise<StoredResource> => {
  const pending = asPending(resource);
  await createResource(subject, pending);
  try {
    await plan.apply({ atCreation: true });
  } catch (error) {
    // If this fails, the expiry of the pending note removes it later.
    await removePending(subject, pending).catch(() => false);
    throw error;
  }
  if (await revealGroup(subject.tenant, resource.id, resource.createdAtMs)) return resource;
  const found = await new Reader(subject.tenant).get(subject.type, resource.id);
  if (found?.version === resource.version) return resource;
  throw unavailable(
    'creationTakenOver',
  )`The ${loggable(subject.type.name)} took too long to create and was given up. Repeat the request.`;
};

interface RequestedChange {
  readonly cause: ResourceChange['cause'];
  /** Undefined if only a facet changes. */
  readonly change: ((current: JsonObject) => JsonObject) | undefined;
  /** Undefined for a response without a body. */
  readonly projection: Projection | undefined;
  /** The names of what the client sent and is left out, once `change` was applied. */
  readonly leftOut: () => readonly string[];
}

/** PUT and PATCH of a resource. The facet is planned first, so that an invalid request is refused before any write. */
export const changeWithFacet = async (
  opened: OpenedCall,
  facet: Facet | undefined,
  request: FacetRequest | undefined,
  asked: RequestedChange,
): Promise<Representation | NoContent> => {
  const { call, subject, type } = opened;
  const { projection } = asked;
  if (!isResourceId(call.id)) throw noSuchResource(type, call.id);
  const write = async (lease?: Lease): Promise<Representation | NoContent> => {
    const isShown = facet !== undefined && projection !== undefined && wants(projection, facet.name);
    const plan =
      facet?.writer && request
        ? await facet.writer.plan(facetView(opened), call.id, request, isShown)
        : noPlan;
    const known = isShown ? await valuesToShow(opened, facet, plan) : new Map();
    const { before, after } = await writeOwn(opened, asked, plan);
    await plan.apply({ lease });
    const change = describeChange(type, before, after, { ...plan, leftOut: asked.leftOut() });
    return projection ? { ...(await show(opened, after, projection, known)), change } : { change };
  };
  return facet?.writer && request && facet.writer.needsWhole(request)
    ? withLease(subject.tenant, call.id, write)
    : write();
};

/**
 * The values of a facet that the response shows, read before anything is written. If they do not fit, the request is refused
 * if the client named the attribute; otherwise they are left out.
 */
const valuesToShow = async (opened: OpenedCall, facet: Facet, plan: FacetPlan): Promise<KnownValues> => {
  const { call, reader } = opened;
  // The resource as it will be after the change is not known yet.
  const answer = new AnswerBudget([call.id], MAX_ANSWER_BYTES - MAX_OWN_BYTES);
  const planned = plan.values?.();
  for (const value of planned ?? []) if (!answer.spend(call.id, value)) break;
  const values =
    planned ??
    (await facet.load({ ...facetView({ ...opened, reader }), answer }, [call.id])).get(call.id) ??
    [];
  if (namesAttribute(call, facet.name)) requireFit(answer, leaveOut(facet));
  return new Map([[facet.name, answer.fitting > 0 ? values : []]]);
};

/** Writes the resource's own attributes or, if only the facet changes, its version. */
const writeOwn = async (
  opened: OpenedCall,
  { cause, change }: RequestedChange,
  plan: FacetPlan,
): Promise<ChangedResource> => {
  const { call, subject, type, reader } = opened;
  const { id, ifMatch } = call;
  if (change) {
    return changeResource(subject, { id, cause, ifMatch }, change, { always: !isEmptyPlan(plan) });
  }
  if (isEmptyPlan(plan)) {
    const current = await requireResource(reader, type, id);
    checkIfMatch(ifMatch, current.version);
    return { before: current, after: current };
  }
  const touched = await touch(opened);
  return { before: touched, after: touched };
};

const touch = async ({ call, subject, type }: OpenedCall): Promise<StoredResource> => {
  const { id, ifMatch } = call;
  const nowMs = now();
  const expected =
    ifMatch === undefined ? undefined : (await requireResource(new Reader(subject.tenant), type, id)).version;
  if (expected !== undefined) checkIfMatch(ifMatch, expected);
  const touched = await touchGroup(subject.tenant, id, nowMs, expected);
  if (touched) return touched;
  if (expected === undefined) throw noSuchResource(type, id);
  // The response to a first attempt may have been lost.
  const found = await requireResource(new Reader(subject.tenant), type, id);
  if (found.version === expected + 1 && found.modifiedAtMs === nowMs) return found;
  throw changedSinceRead('group');
};
