// What Entra expects of every answer, whatever was asked (entra-client.md 5.1 and section 0).

import type { Exchange } from './client.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { ENTERPRISE } from './mapping.ts';

/** The endpoints of the two resource types. */
export type Kind = 'Users' | 'Groups';

/** What the answer to one request must be. */
export interface Expected {
  readonly kind: Kind;
  /** The statuses of which any will do. */
  readonly status: readonly number[];
  /** A ListResponse (RFC 7644, section 3.4.2) rather than a resource. */
  readonly list?: boolean;
  /** Asked with `attributes=id`: nothing but the id needs to be there. */
  readonly onlyId?: boolean;
  /** Asked with `excludedAttributes=members`. */
  readonly withoutMembers?: boolean;
  /** For an error: its scimType, and the attribute that its detail names. */
  readonly scimType?: string;
  readonly naming?: string;
}

/** A broken rule, worded the same for every request that breaks it, and what was observed instead. */
export interface Breach {
  readonly rule: string;
  readonly observed: string;
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const SINGULAR = { Users: 'User', Groups: 'Group' } as const;

class Findings {
  readonly breaches: Breach[] = [];

  rule(rule: string, holds: boolean, observed: unknown): void {
    if (!holds) this.breaches.push({ rule, observed: JSON.stringify(observed) ?? 'nothing' });
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const includes = (list: Json | undefined, entry: string): boolean => isArray(list) && list.includes(entry);
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;

/** Every rule that this answer breaks. */
export const breaches = (exchange: Exchange, expected: Expected, tenantUrl: string): Breach[] => {
  const findings = new Findings();
  if (exchange.failure) {
    findings.rule('every request is answered', false, exchange.failure);
    return findings.breaches;
  }
  const { status, json, text } = exchange;
  // The rule names the actual status, so that a 400 and a 500 are two deviations.
  findings.rule(
    `status ${expected.status.join(' or ')}, not ${status}`,
    expected.status.includes(status),
    status,
  );
  if (status === 204) {
    findings.rule('204 has no body', text === '', text);
    return findings.breaches;
  }
  const type = exchange.headers['content-type'] ?? '';
  findings.rule('Content-Type is application/scim+json', /^application\/scim\+json\b/i.test(type), type);
  findings.rule('the body is a JSON object', isObject(json), text.slice(0, 80));
  if (!isObject(json)) return findings.breaches;
  if (status >= 400) checkError(findings, json, status, expected);
  else if (expected.list) checkList(findings, json, expected, tenantUrl);
  else checkResource(findings, json, expected, tenantUrl);
  if (status === 201) checkLocationHeader(findings, exchange, json);
  return findings.breaches;
};

const checkError = (findings: Findings, error: JsonObject, status: number, expected: Expected): void => {
  findings.rule('an error has the Error schema', includes(error.schemas, ERROR), error.schemas);
  findings.rule(
    'the status of an error is the text of its code',
    error.status === String(status),
    error.status,
  );
  findings.rule('the detail of an error is a text', isText(error.detail), error.detail);
  if (expected.scimType && expected.status.includes(status)) {
    const { scimType, naming = '' } = expected;
    findings.rule(`scimType ${scimType}`, error.scimType === scimType, error.scimType);
    findings.rule(`the detail names ${naming}`, String(error.detail).includes(naming), error.detail);
  }
};

const checkList = (findings: Findings, list: JsonObject, expected: Expected, tenantUrl: string): void => {
  findings.rule('a list has the ListResponse schema', includes(list.schemas, LIST), list.schemas);
  for (const member of ['totalResults', 'startIndex', 'itemsPerPage']) {
    findings.rule(`${member} of a list is an integer`, isCount(list[member]), list[member]);
  }
  findings.rule('Resources of a list is an array', isArray(list.Resources), list.Resources);
  const resources = isArray(list.Resources) ? list.Resources : [];
  findings.rule('itemsPerPage is the number of Resources', list.itemsPerPage === resources.length, [
    list.itemsPerPage,
    resources.length,
  ]);
  const { totalResults } = list;
  findings.rule(
    'totalResults counts at least the page',
    Number(totalResults) >= resources.length,
    totalResults,
  );
  for (const resource of resources) {
    if (isObject(resource)) checkResource(findings, resource, expected, tenantUrl);
    else findings.rule('a resource is an object', false, resource);
  }
};

const checkResource = (
  findings: Findings,
  resource: JsonObject,
  expected: Expected,
  tenantUrl: string,
): void => {
  const { id, meta, schemas } = resource;
  findings.rule('id is a non-empty text', isText(id), id);
  if (expected.withoutMembers) {
    findings.rule(
      'excludedAttributes=members leaves out members',
      !('members' in resource),
      resource.members,
    );
  }
  if (expected.onlyId) return;
  const type = SINGULAR[expected.kind];
  findings.rule(
    'schemas has the core schema',
    includes(schemas, `urn:ietf:params:scim:schemas:core:2.0:${type}`),
    schemas,
  );
  const extended = isObject(resource[ENTERPRISE]);
  findings.rule(
    'schemas has the extension that the resource has',
    !extended || includes(schemas, ENTERPRISE),
    schemas,
  );
  const { resourceType, location } = isObject(meta) ? meta : ({} as JsonObject);
  findings.rule('meta.resourceType names the type', resourceType === type, resourceType);
  findings.rule(
    'meta.location is the address of the resource',
    location === `${tenantUrl}/${expected.kind}/${id}`,
    location,
  );
  if (expected.kind === 'Users') checkUser(findings, resource);
};

/** The shapes that Entra must be able to deserialize (entra-client.md 3.7, 6.2). */
const checkUser = (findings: Findings, user: JsonObject): void => {
  const { active } = user;
  findings.rule('active is a boolean', active === undefined || typeof active === 'boolean', active);
  const enterprise = user[ENTERPRISE];
  const manager = isObject(enterprise) ? enterprise.manager : undefined;
  const isReference = isObject(manager) && typeof manager.value === 'string';
  findings.rule('manager is an object with a value', manager === undefined || isReference, manager);
  for (const name of ['emails', 'phoneNumbers', 'addresses', 'roles']) {
    const elements = user[name] ?? [];
    findings.rule(`${name} is an array of objects`, isArray(elements) && elements.every(isObject), elements);
    for (const element of isArray(elements) ? elements : []) {
      const primary = isObject(element) ? element.primary : undefined;
      findings.rule('primary is a boolean', primary === undefined || typeof primary === 'boolean', primary);
    }
  }
};

const checkLocationHeader = (findings: Findings, { headers }: Exchange, resource: JsonObject): void => {
  const location = isObject(resource.meta) ? resource.meta.location : undefined;
  findings.rule('the Location header is meta.location', isText(location) && headers.location === location, {
    header: headers.location,
    'meta.location': location,
  });
};
