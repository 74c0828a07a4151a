// The methods of RFC 7644 §3 for a resource type. The changes of the resource and of its facets are planned, and refused if
// they are invalid, before anything is written.

import { readPatchBody, readResourceBody } from '../dialect/dialect.ts';
import type { JsonObject } from '../scim/json.ts';
import { applyPatch } from '../scim/patch/patch.ts';
import { parsePatchRequest } from '../scim/patch/request.ts';
import { parseQuery, parseSearchRequest } from '../scim/query/query.ts';
import type { NoContent, Representation } from '../scim/representation.ts';
import { parseResource, replaceAttributes } from '../scim/resource.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { undeclaredKeys } from '../scim/schemas/undeclared.ts';
import { type TenantTypes, typesOf } from '../tenants/types.ts';
import type { Call } from './call.ts';
import { createResource, newResource, removeResource, requireResource } from './change-resource.ts';
import { describeChange } from './describe-change.ts';
import { type Facet, type FacetRequest, isEmptyPlan, noPlan } from './facets/facet.ts';
import { changeWithFacet, createWithFacet } from './facets/write-with-facet.ts';
import { KeptAttributes } from './kept-attributes.ts';
import { Reader } from './reader.ts';
import { type Search, searchResources } from './search/search.ts';
import { facetView, knownValues, type OpenedCall, show } from './show.ts';

/** The values of attributes that a client leaves out of a POST (without `current`) or PUT (RFC 7644 §3.5.1). */
export type Defaults = (current?: JsonObject) => JsonObject;

/** The configuration of a collection: its resource type and what is special about it. */
export interface Collection {
  /** Selects the type from those of a tenant. Throws notFound if the tenant does not have it. */
  readonly select: (types: TenantTypes) => ResourceType;
  readonly facets: readonly Facet[];
  readonly defaults?: Defaults;
  /** Attributes that a PATCH of a resource with `current` can change but not clear. */
  readonly keeps?: (current: JsonObject) => JsonObject;
  /** Whether a PATCH is answered with 204 unless the client requests attributes, because the resource may be large. */
  readonly patchesSilently?: boolean;
}

/** The operations on a collection. All of them throw ScimError. */
export interface ResourceService {
  create(call: Call): Promise<Representation>;
  read(call: Call): Promise<Representation>;
  /** The ListResponse of a GET. */
  list(call: Call): Promise<JsonObject>;
  /** The ListResponse of a `POST /.search`. */
  search(call: Call): Promise<JsonObject>;
  replace(call: Call): Promise<Representation | NoContent>;
  /** NoContent for a collection that `patchesSilently`. */
  patch(call: Call): Promise<Representation | NoContent>;
  remove(call: Call): Promise<NoContent>;
  /** The collection as a part of a search over all types. */
  searchIn(call: Call): Promise<Search>;
}

/** The service of a collection. */
export const resourceService = (collection: Collection): ResourceService => {
  const { facets, defaults = () => ({}), keeps = () => ({}) } = collection;
  const writable = facets.find(({ writer }) => writer);
  const open = async (call: Call): Promise<OpenedCall> => {
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
      const kept = new KeptAttributes(type);
      const parsed = {
        ...defaults(),
        ...parseResource(readResourceBody(call.body, type, kept.leaveOut), type),
      };
      const { own, value } = splitBody(writable, parsed);
      const resource = newResource(type, kept.within({}, own));
      const plan = (await writable?.writer?.planNew(facetView(opened), resource.id, value)) ?? noPlan;
      const created = isEmptyPlan(plan)
        ? await createResource(opened.subject, resource)
        : await createWithFacet(opened.subject, resource, plan);
      const change = describeChange(type, undefined, created, { ...plan, leftOut: kept.leftOut });
      return { ...(await show(opened, created, projection, knownValues(writable, plan, []))), change };
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
      const kept = new KeptAttributes(type);
      const body = readResourceBody(call.body, type, kept.leaveOut);
      const { own, value } = splitBody(writable, parseResource(body, type));
      const named = undeclaredKeys(body, type);
      const change = (current: JsonObject) =>
        kept.within(current, replaceAttributes(current, { ...defaults(current), ...own }, type, named));
      const names = Object.keys(call.body).map((name) => name.toLowerCase());
      // PUT without `members` keeps them: RFC 7644 §3.5.1 leaves to the service provider what an omitted attribute means,
      // and a rename must not empty a group. `"members": []` empties it.
      const request: FacetRequest | undefined =
        writable && names.includes(writable.name.toLowerCase()) ? { kind: 'whole', value } : undefined;
      return changeWithFacet(opened, writable, request, {
        cause: 'replace',
        change,
        projection,
        leftOut: () => kept.leftOut,
      });
    },

    patch: async (call) => {
      const opened = await open(call);
      const { type } = opened;
      const kept = new KeptAttributes(type);
      const operations = parsePatchRequest(readPatchBody(call.body, type, kept.leaveOut), type);
      const { projection } = parseQuery(call.query, type);
      const { own, facet } = writable?.writer?.split(operations) ?? { own: operations, facet: [] };
      const request: FacetRequest | undefined =
        facet.length > 0 ? { kind: 'patch', operations: facet } : undefined;
      const change =
        own.length > 0 || !request
          ? (current: JsonObject) =>
              kept.within(current, completed(applyPatch(current, own, type), keeps(current)))
          : undefined;
      const isSilent = collection.patchesSilently && !namesAttributes(call);
      return changeWithFacet(opened, writable, request, {
        cause: 'patch',
        change,
        projection: isSilent ? undefined : projection,
        leftOut: () => kept.leftOut,
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

/** Splits a body into the resource's own attributes and the value of its writable facet. */
const splitBody = (writable: Facet | undefined, parsed: JsonObject) => {
  if (!writable) return { own: parsed, value: undefined };
  const { [writable.name]: value, ...own } = parsed;
  return { own: own as JsonObject, value };
};

/** `attributes` with those of `others` that it lacks. */
const completed = (attributes: JsonObject, others: JsonObject): JsonObject => {
  const missing = Object.entries(others).filter(([name]) => !Object.hasOwn(attributes, name));
  return missing.length === 0 ? attributes : { ...attributes, ...Object.fromEntries(missing) };
};

const namesAttributes = ({ query }: Call): boolean =>
  Object.keys(query).some((name) => ['attributes', 'excludedattributes'].includes(name.toLowerCase()));
