// Entra's default attribute mapping (entra-client.md 3.3): a user is a flat list of target attributes, each named by the
// path that Entra shows in its mapping editor. The POST body and the comparison with a GET answer are derived from that list.

import { isArray, isObject, type Json, type JsonObject } from './json.ts';

/** The User schema (RFC 7643, section 4.1). */
export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** The Enterprise User extension (RFC 7643, section 4.3). */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Target attribute → value, such as `emails[type eq "work"].value` → `t.lindqvist@veldt.example`. */
export type Attributes = Readonly<Record<string, string | boolean>>;

interface Target {
  readonly extension: string | undefined;
  readonly attribute: string;
  /** The element of a multi-valued attribute: `type` and `work`, or `primary` and true. */
  readonly element: { readonly by: string; readonly is: string | boolean } | undefined;
  readonly sub: string | undefined;
}

const GRAMMAR = /^(?:(urn:.+):)?(\w+)(?:\[(\w+) eq "?(\w+)"?\])?(?:\.(\w+))?$/;

/** The parts of a target attribute; the URN ends at its last colon. */
const parseTarget = (path: string): Target => {
  const [, urn, attribute, by, is, sub] = GRAMMAR.exec(path) ?? [];
  if (!attribute) throw new Error(`Not a target attribute: ${path}`);
  const element = by && is ? { by, is: by === 'primary' ? is.toLowerCase() === 'true' : is } : undefined;
  return { extension: urn === CORE ? undefined : urn, attribute, element, sub };
};

/** The value of a resource at a target attribute, or undefined. */
export const valueAt = (resource: JsonObject, path: string): Json | undefined => {
  const { extension, attribute, element, sub } = parseTarget(path);
  const container = extension ? resource[extension] : resource;
  let value = isObject(container) ? container[attribute] : undefined;
  if (element) {
    const elements = isArray(value) ? value : [];
    value = elements.find((candidate) => isObject(candidate) && candidate[element.by] === element.is);
  }
  return sub ? (isObject(value) ? value[sub] : undefined) : value;
};

type Draft = { [member: string]: Json | Draft | Draft[] };

const child = (parent: Draft, name: string): Draft => {
  parent[name] ??= {};
  return parent[name] as Draft;
};

const elementOf = (parent: Draft, name: string, { by, is }: NonNullable<Target['element']>): Draft => {
  parent[name] ??= [];
  const list = parent[name] as Draft[];
  const found = list.find((candidate) => candidate[by] === is) ?? { [by]: is };
  if (!list.includes(found)) list.push(found);
  return found;
};

/** The nested JSON of flat target attributes. */
export const compose = (attributes: Attributes): JsonObject => {
  const root: Draft = {};
  for (const [path, value] of Object.entries(attributes)) {
    const { extension, attribute, element, sub } = parseTarget(path);
    const container = extension ? child(root, extension) : root;
    if (element) elementOf(container, attribute, element)[sub ?? 'value'] = value;
    else if (sub) child(container, attribute)[sub] = value;
    else container[attribute] = value;
  }
  return root as JsonObject;
};

const byName = ([left]: [string, Json], [right]: [string, Json]): number => (left < right ? -1 : 1);
const sorted = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).sort(byName));
const sortedElements = (value: Json): Json =>
  isArray(value) ? value.map((element) => (isObject(element) ? sorted(element) : element)) : value;

/** The body of `POST /Users` with its members in the order that Entra sends them (entra-client.md 3.4). */
export const createBody = (attributes: Attributes, more: JsonObject): JsonObject => {
  const { externalId, userName, ...rest } = compose(attributes);
  const mapped = Object.entries(rest).map(([name, value]): [string, Json] => [name, sortedElements(value)]);
  return {
    schemas: [CORE, ENTERPRISE],
    ...(externalId !== undefined && { externalId }),
    ...(userName !== undefined && { userName }),
    ...sorted({ ...Object.fromEntries(mapped), meta: { resourceType: 'User' }, ...more }),
  };
};

interface Difference {
  readonly path: string;
  readonly want: string | boolean;
  readonly got: Json | undefined;
}

/** Every attribute that Entra would send again, because the answer does not have exactly the value that was written. */
export const differences = (want: Attributes, resource: JsonObject): Difference[] =>
  Object.entries(want)
    .map(([path, value]) => ({ path, want: value, got: valueAt(resource, path) }))
    .filter((difference) => difference.got !== difference.want);

/** A cleared attribute is absent, null or the empty string (entra-client.md 6.2, null update). */
export const isCleared = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === '' || (isArray(value) && value.length === 0);
