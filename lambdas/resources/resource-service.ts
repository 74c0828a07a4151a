// The methods of RFC 7644 §3 for a resource type. What is stored with the resource and what its facets make of memberships is
// read, planned and refused before anything is written.

import { readPatchBody, readResourceBody } from '../directory/dialect.ts';
import { type TenantTypes, typesOf } from '../directory/tenant-types.ts';
import { phrase, ScimError, unavailable, word } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { applyPatch } from '../scim/patch.ts';
import { parsePatchRequest } from '../scim/patch-request.ts';
import { type Projection, project, wants } from '../scim/projection.ts';
import { parseQuery, parseSearchRequest } from '../scim/query.ts';
import { locate, type NoContent, type Representation, represent } from '../scim/representation.ts';
import { parseResource, replaceAttributes } from '../scim/resource.ts';
import type { ResourceType } from '../scim/schema.ts';
import { checkIfMatch } from '../scim/version.ts';
import { AnswerBudget } from './answer-budget.ts';
import type { Call } from './call.ts';
import {
  asPending,
  type ChangedResource,
  changedSinceRead,
  changeResource,
  createResource,
  newResource,
  noSuchResource,
  type ResourceChange,
  removePending,
  removeResource,
  requireResource,
  type Subject,
} from './change-resource.ts';
import { describeChange } from './describe-change.ts';
import {
  type Facet,
  type FacetPlan,
  type FacetRequest,
  type FacetValues,
  type FacetView,
  isEmptyPlan,
  noPlan,
  withValues,
} from './facets/facet.ts';
import { planBornMembers } from './facets/members.ts';
import { type Lease, withLease } from './lease-table.ts';
import { Reader } from './reader.ts';
import { revealGroup, touchGroup } from './resources-table.ts';
import { type Search, searchResources } from './search/search.ts';
import { isResourceId, type StoredResource } from './stored-resource.ts';

/** What the attributes become that a client leaves out of POST (without `current`) or PUT (RFC 7644 §3.5.1). */
export type Defaults = (current?: JsonObject) => JsonObject;

/** A collection: which type of a tenant's it holds, and what that type has beside its stored attributes. */
export interface Collection {
  /** Throws 404 where a tenant may lack the type. */
  readonly select: (types: TenantTypes) => ResourceType;
  readonly facets: readonly Facet[];
  readonly defaults?: Defaults;
  /** Whether a PATCH answers with nothing unless the client asks for attributes: the whole may be large. */
  readonly patchesSilently?: boolean;
}

/** What a collection can do. */
export interface ResourceService {
  create(call: Call): Promise<Representation>;
  read(call: Call): Promise<Representation>;
  list(call: Call): Promise<JsonObject>;
  search(call: Call): Promise<JsonObject>;
  /** NoContent when the answer is better left empty. */
  replace(call: Call): Promise<Representation | NoContent>;
  patch(call: Call): Promise<Representation | NoContent>;
  remove(call: Call): Promise<NoContent>;
  /** What a search over all types needs to know of this one. */
  searchIn(call: Call): Promise<Search>;
}

export const resourceService = (collection: Collection): ResourceService => {
  const { facets, defaults = () => ({}) } = collection;
  const written = facets.find(({ writer }) => writer);
  const open = async (call: Call): Promise<Opened> => {
    const type = collection.select(await typesOf(call.tenant.id));
    const subject = { tenant: call.tenant.id, type, principal: call.principal };
    return { call, subject, type, facets, reader: new Reader(call.tenant.id) };
  };
  const searchIn = async (call: Call): Promise<Search> => {
    const { type } = await open(call);
    return { tenant: call.tenant.id, tenantUrl: call.tenant.tenantUrl, type, facets };
  };

  return {
    searchIn,

    create: async (call) => {
      const opened = await open(call);
      const { type } = opened;
      const { projection } = parseQuery(call.query, type);
      const parsed = { ...defaults(), ...parseResource(readResourceBody(call.body, type), type) };
      const { own, value } = splitWhole(written, parsed);
      const resource = newResource(type, own);
      const plan = written ? await planBornMembers(viewOf(opened), resource.id, value) : noPlan;
      const created = isEmptyPlan(plan)
        ? await createResource(opened.subject, resource)
        : await createWithFacet(opened.subject, resource, plan);
      const change = describeChange(type, undefined, created, plan);
      return { ...(await show(opened, created, projection, knownValues(written, plan, []))), change };
    },

    read: async (call) => {
      const opened = await open(call);
      const { projection } = parseQuery(call.query, opened.type);
      const resource = await requireResource(opened.reader, opened.type, call.id);
      return show(opened, resource, projection);
    },

    list: async (call) => {
      const search = await searchIn(call);
      return searchResources(search, parseQuery(call.query, search.type));
    },

    search: async (call) => {
      const search = await searchIn(call);
      return searchResources(search, parseSearchRequest(call.body, search.type));
    },

    replace: async (call) => {
      const opened = await open(call);
      const { type } = opened;
      const { projection } = parseQuery(call.query, type);
      const { own, value } = splitWhole(written, parseResource(readResourceBody(call.body, type), type));
      const change = (current: JsonObject) =>
        replaceAttributes(current, { ...defaults(current), ...own }, type);
      const names = Object.keys(call.body).map((name) => name.toLowerCase());
      // PUT without `members` keeps them: RFC 7644 §3.5.1 leaves to the service provider what an omitted attribute means,
      // and a rename must not empty a group. `"members": []` empties it.
      const request: FacetRequest | undefined =
        written && names.includes(written.name.toLowerCase()) ? { kind: 'whole', value } : undefined;
      return changeWithFacet(opened, written, request, { cause: 'replace', change, projection });
    },

    patch: async (call) => {
      const opened = await open(call);
      const { type } = opened;
      const operations = parsePatchRequest(readPatchBody(call.body, type), type);
      const { projection } = parseQuery(call.query, type);
      const { own, facet } = written?.writer?.split(operations) ?? { own: operations, facet: [] };
      const request: FacetRequest | undefined =
        facet.length > 0 ? { kind: 'patch', operations: facet } : undefined;
      const change =
        own.length > 0 || !request ? (current: JsonObject) => applyPatch(current, own, type) : undefined;
      const isSilent = collection.patchesSilently && !namesAttributes(call);
      return changeWithFacet(opened, written, request, {
        cause: 'patch',
        change,
        projection: isSilent ? undefined : projection,
      });
    },

    remove: async (call) => {
      const { subject, type } = await open(call);
      const { id, ifMatch } = call;
      const removed = await removeResource(subject, { id, cause: 'delete', ifMatch });
      return { change: describeChange(type, removed, undefined) };
    },
  };
};

/** A call whose resource type is known. */
interface Opened {
  readonly call: Call;
  readonly subject: Subject;
  readonly type: ResourceType;
  readonly facets: readonly Facet[];
  readonly reader: Reader;
}

const viewOf = ({ reader, call }: Opened): FacetView => ({ reader, tenantUrl: call.tenant.tenantUrl });

/** The resource's own attributes of a body, and what it says of the facet that clients write. */
const splitWhole = (written: Facet | undefined, parsed: JsonObject) => {
  if (!written) return { own: parsed, value: undefined };
  const { [written.name]: value, ...own } = parsed;
  return { own: own as JsonObject, value };
};

const namesAttributes = ({ query }: Call): boolean =>
  Object.keys(query).some((name) => ['attributes', 'excludedattributes'].includes(name.toLowerCase()));

/** Whether the client has asked for the attribute by its name: then an answer without it would be a lie. */
const asksFor = ({ query }: Call, attribute: string): boolean =>
  Object.entries(query).some(
    ([name, value = '']) =>
      name.toLowerCase() === 'attributes' && new RegExp(`\\b${attribute}\\b`, 'i').test(value),
  );

type KnownValues = ReadonlyMap<string, FacetValues>;

/** Values that need no reading, because the request named them all. */
const knownValues = (
  facet: Facet | undefined,
  { values }: FacetPlan,
  otherwise?: FacetValues,
): KnownValues => {
  const known = values?.() ?? otherwise;
  return new Map(facet && known ? [[facet.name, known]] : []);
};

/** The stored resource as the projection shows it; facets are read only when they are shown. */
const show = async (
  { call, type, facets, reader }: Opened,
  stored: StoredResource,
  projection: Projection,
  known: KnownValues = new Map(),
): Promise<Representation> => {
  const { tenantUrl } = call.tenant;
  let resource = represent(stored, type, tenantUrl);
  const shown = facets.filter(({ name }) => wants(projection, name));
  for (const { name, load } of shown) {
    const answer = new AnswerBudget(phrase`Leave them out with excludedAttributes=${word(name)}.`);
    const values =
      known.get(name) ?? (await load({ reader, tenantUrl, answer }, [stored.id])).get(stored.id) ?? [];
    resource = withValues(resource, name, values);
  }
  return {
    version: stored.version,
    location: locate(tenantUrl, type.endpoint, stored.id),
    resource: project(resource, projection),
    showsFacets: shown.length > 0,
  };
};

/**
 * The resource is there, pending, with its claims in one transaction, so that the loser of a race is refused before anything
 * else is written; then come its memberships, and at last it becomes visible. Whatever is cut off is never seen.
 */
const createWithFacet = async (
  subject: Subject,
  resource: StoredResource,
  plan: FacetPlan,
): Promise<StoredResource> => {
  const pending = asPending(resource);
  await createResource(subject, pending);
  try {
    await plan.apply({ born: true });
  } catch (error) {
    // Its note has it removed later, if this cannot.
    await removePending(subject, pending).catch(() => false);
    throw error;
  }
  if (await revealGroup(subject.tenant, resource.id, resource.created)) return resource;
  const found = await new Reader(subject.tenant).get(subject.type, resource.id);
  if (found?.version === resource.version) return resource;
  throw unavailable(
    'creationTakenOver',
  )`The ${word(subject.type.name)} took too long to create and was given up. Repeat the request.`;
};

interface Asked {
  readonly cause: ResourceChange['cause'];
  /** Undefined when nothing but a facet is to change. */
  readonly change: ((current: JsonObject) => JsonObject) | undefined;
  /** Undefined for an answer without a body. */
  readonly projection: Projection | undefined;
}

/** PUT and PATCH: what they want of the facet is planned first, because every refusal comes before anything is written. */
const changeWithFacet = async (
  opened: Opened,
  facet: Facet | undefined,
  request: FacetRequest | undefined,
  asked: Asked,
): Promise<Representation | NoContent> => {
  const { call, subject, type } = opened;
  const { projection } = asked;
  if (!isResourceId(call.id)) throw noSuchResource(type, call.id);
  const write = async (lease?: Lease): Promise<Representation | NoContent> => {
    const isShown = facet !== undefined && projection !== undefined && wants(projection, facet.name);
    const plan =
      facet?.writer && request ? await facet.writer.plan(viewOf(opened), call.id, request, isShown) : noPlan;
    const known = isShown ? await valuesToShow(opened, facet, plan) : new Map();
    const { before, after } = await writeOwn(opened, asked, plan);
    await plan.apply({ lease });
    const change = describeChange(type, before, after, plan);
    return projection ? { ...(await show(opened, after, projection, known)), change } : { change };
  };
  return facet?.writer && request && facet.writer.needsWhole(request)
    ? withLease(subject.tenant, call.id, write)
    : write();
};

/**
 * The values of a facet as the answer shows them, found out before anything is written: what does not fit is refused when the
 * client has asked for it by name, and left out otherwise.
 */
const valuesToShow = async (opened: Opened, facet: Facet, plan: FacetPlan): Promise<KnownValues> => {
  const { call, reader } = opened;
  const answer = new AnswerBudget(phrase`Leave them out with excludedAttributes=${word(facet.name)}.`);
  try {
    const planned = plan.values?.();
    for (const value of planned ?? []) answer.spend(value);
    const values =
      planned ??
      (await facet.load({ ...viewOf({ ...opened, reader }), answer }, [call.id])).get(call.id) ??
      [];
    return new Map([[facet.name, values]]);
  } catch (error) {
    const isTooLarge = error instanceof ScimError && error.code === 'answerTooLarge';
    if (!isTooLarge || asksFor(call, facet.name)) throw error;
    return new Map([[facet.name, []]]);
  }
};

/** Writes the resource's own part: its attributes or, when only the facet changes, its version. */
const writeOwn = async (
  opened: Opened,
  { cause, change }: Asked,
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

const touch = async ({ call, subject, type }: Opened): Promise<StoredResource> => {
  const { id, ifMatch } = call;
  const now = Date.now();
  const expected =
    ifMatch === undefined ? undefined : (await requireResource(new Reader(subject.tenant), type, id)).version;
  if (expected !== undefined) checkIfMatch(ifMatch, expected);
  const touched = await touchGroup(subject.tenant, id, now, expected);
  if (touched) return touched;
  if (expected === undefined) throw noSuchResource(type, id);
  // The answer of a first attempt may have been lost.
  const found = await requireResource(new Reader(subject.tenant), type, id);
  if (found.version === expected + 1 && found.lastModified === now) return found;
  throw changedSinceRead('group');
};
