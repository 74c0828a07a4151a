// One provisioning job at work: the requests that Entra makes, each answer judged, each step counted. The phases are
// written in these terms.

import pMap from 'p-map';
import type { Exchange, ScimClient, ScimRequest } from './client.ts';
import { type Dialect, patchBody } from './dialect.ts';
import type { Directory } from './directory.ts';
import { breaches, type Expected, type Kind } from './expectations.ts';
import { isArray, isObject, type JsonObject } from './json.ts';
import type { Progress } from './progress.ts';
import type { PhaseRecord } from './report.ts';

/** The step cannot continue: its answer was wrong, which is already recorded. */
export class StepAbandoned extends Error {}
/** Too many requests in a row had no answer: the server is considered gone. */
export class ServerGone extends Error {}

interface Listing {
  readonly exchange: Exchange;
  readonly totalResults: number;
  readonly resources: readonly JsonObject[];
}

const UNANSWERED_IN_A_ROW = 10;

/** What the phases work with. */
export class Cycle {
  readonly directory: Directory;
  readonly dialect: Dialect;
  readonly client: ScimClient;
  readonly concurrency: number;
  readonly progress: Progress;
  readonly #phase: PhaseRecord;

  constructor(
    setting: Pick<Cycle, 'directory' | 'dialect' | 'client' | 'concurrency' | 'progress'>,
    phase: PhaseRecord,
  ) {
    this.directory = setting.directory;
    this.dialect = setting.dialect;
    this.client = setting.client;
    this.concurrency = setting.concurrency;
    this.progress = setting.progress;
    this.#phase = phase;
  }

  /** Runs one step per item, at most `concurrency` at once. A step that is abandoned does not stop the others. */
  async each<T>(items: readonly T[], step: (item: T, index: number) => Promise<unknown>): Promise<void> {
    this.progress.expect(items.length);
    const take = async (item: T, index: number): Promise<void> => {
      await this.attempt(() => step(item, index));
      this.progress.step();
    };
    await pMap(items, take, { concurrency: this.concurrency });
  }

  /** Runs a step to its end, or until it is abandoned. */
  async attempt(step: () => Promise<unknown>): Promise<void> {
    await step().catch((error: unknown) => {
      if (!(error instanceof StepAbandoned)) throw error;
    });
  }

  /** Records a deviation unless `holds`; `rule` reads the same for every item, `observed` says what was seen. */
  check(rule: string, holds: boolean, exchange: Exchange, observed: unknown): void {
    if (!holds) this.#phase.deviation(rule, JSON.stringify(observed) ?? 'nothing', exchange);
  }

  /** Sends and judges. Throws StepAbandoned when the status or the shape of the body makes it impossible to continue. */
  async send(request: ScimRequest, expected: Expected): Promise<Exchange> {
    const exchange = await this.client.send(request);
    this.#phase.request(exchange);
    for (const { rule, observed } of breaches(exchange, expected, this.client.tenantUrl)) {
      this.#phase.deviation(rule, observed, exchange);
    }
    if (this.client.unansweredInARow >= UNANSWERED_IN_A_ROW) throw new ServerGone(exchange.failure);
    if (!expected.status.includes(exchange.status)) throw new StepAbandoned();
    if (exchange.status !== 204 && !isObject(exchange.json)) throw new StepAbandoned();
    return exchange;
  }

  /** A match query. Groups are always requested without their members. */
  async find(kind: Kind, filter: string, attributes?: 'id'): Promise<Listing> {
    const withoutMembers = kind === 'Groups' && !attributes;
    const query: Record<string, string> = {
      ...(attributes && { attributes }),
      ...(withoutMembers && { excludedAttributes: 'members' }),
      filter,
    };
    const expected = { kind, status: [200], list: true, withoutMembers, onlyId: attributes === 'id' };
    return listing(await this.send({ method: 'GET', path: `/${kind}`, query }, expected));
  }

  /** Expects exactly the resources with these ids to match. */
  async expectFound(rule: string, kind: Kind, filter: string, ids: readonly string[]): Promise<void> {
    this.#checkFound(rule, ids, await this.find(kind, filter));
  }

  /** The same with `attributes=id`, as Entra asks about references. */
  async expectIdsFound(rule: string, kind: Kind, filter: string, ids: readonly string[]): Promise<void> {
    this.#checkFound(rule, ids, await this.find(kind, filter, 'id'));
  }

  #checkFound(rule: string, ids: readonly string[], { exchange, totalResults, resources }: Listing): void {
    const found = resources.map(({ id }) => String(id));
    const same = totalResults === ids.length && found.toSorted().join() === ids.toSorted().join();
    this.check(rule, same, exchange, { totalResults, found });
  }

  /** Is the user a member? The query of entra-client.md section 4, which never reads the members. */
  expectMembership(rule: string, groupId: string, userId: string, isMember: boolean): Promise<void> {
    const filter = `id eq "${groupId}" and members eq "${userId}"`;
    return this.expectIdsFound(rule, 'Groups', filter, isMember ? [groupId] : []);
  }

  /** The resource as Entra reads it before it compares. */
  async get(kind: Kind, id: string): Promise<{ resource: JsonObject; exchange: Exchange }> {
    const withoutMembers = kind === 'Groups';
    const query: Record<string, string> = withoutMembers ? { excludedAttributes: 'members' } : {};
    const expected = { kind, status: [200], withoutMembers };
    const exchange = await this.send({ method: 'GET', path: pathOf(kind, id), query }, expected);
    const resource = exchange.json as JsonObject;
    this.check('the answer has the id that was asked for', resource.id === id, exchange, resource.id);
    return { resource, exchange };
  }

  /** The ids of a group's members. Entra never asks for them; the simulator does, to see what is stored. */
  async members(groupId: string): Promise<{ ids: string[]; exchange: Exchange }> {
    const expected = { kind: 'Groups', status: [200] } as const;
    const exchange = await this.send({ method: 'GET', path: pathOf('Groups', groupId) }, expected);
    const { members } = exchange.json as JsonObject;
    const ids = (isArray(members) ? members : []).map((member) =>
      String(isObject(member) ? member.value : member),
    );
    return { ids, exchange };
  }

  /** Each of `want` exactly once, in any order, and nobody else. */
  async expectMembers(rule: string, groupId: string, want: Iterable<string>): Promise<void> {
    const { ids, exchange } = await this.members(groupId);
    const [wanted, found] = [new Set(want), new Set(ids)];
    const missing = [...wanted].filter((id) => !found.has(id)).length;
    const surplus = [...found].filter((id) => !wanted.has(id)).length;
    const repeated = ids.length - found.size;
    this.check(rule, missing + surplus + repeated === 0, exchange, { missing, surplus, repeated });
  }

  /** A POST that must be answered with 201; abandons the step when the answer has no id. */
  async create(
    kind: Kind,
    body: JsonObject,
  ): Promise<{ id: string; resource: JsonObject; exchange: Exchange }> {
    const exchange = await this.send({ method: 'POST', path: `/${kind}`, body }, { kind, status: [201] });
    const resource = exchange.json as JsonObject;
    if (typeof resource.id !== 'string' || resource.id === '') throw new StepAbandoned();
    return { id: resource.id, resource, exchange };
  }

  /** A PATCH (RFC 7644, section 3.5.2), answered with 200 or 204. */
  patch(kind: Kind, id: string, operations: readonly JsonObject[]): Promise<Exchange> {
    return this.patchWith(kind, id, patchBody(operations));
  }

  /** The same with a body that is written out, for what no dialect writes. */
  patchWith(kind: Kind, id: string, body: JsonObject): Promise<Exchange> {
    return this.send({ method: 'PATCH', path: pathOf(kind, id), body }, { kind, status: [200, 204] });
  }

  /** A POST, or with `id` a PATCH, of a name that another resource has. */
  expectConflict(kind: Kind, naming: string, body: JsonObject, id?: string): Promise<Exchange> {
    const request = id
      ? ({ method: 'PATCH', path: pathOf(kind, id), body } as const)
      : ({ method: 'POST', path: `/${kind}`, body } as const);
    return this.send(request, { kind, status: [409], scimType: 'uniqueness', naming });
  }

  /** A DELETE that must be answered with 204. */
  delete(kind: Kind, id: string): Promise<Exchange> {
    return this.send({ method: 'DELETE', path: pathOf(kind, id) }, { kind, status: [204] });
  }

  /** The resource must be answered with 404. */
  expectGone(
    kind: Kind,
    id: string,
    method: 'GET' | 'DELETE' | 'PATCH',
    body?: JsonObject,
  ): Promise<Exchange> {
    return this.send({ method, path: pathOf(kind, id), ...(body && { body }) }, { kind, status: [404] });
  }
}

const pathOf = (kind: Kind, id: string): string => `/${kind}/${encodeURIComponent(id)}`;

/** The resources and the count of a list answer. */
export const listing = (exchange: Exchange): Listing => {
  const { totalResults, Resources } = exchange.json as JsonObject;
  const resources = (isArray(Resources) ? Resources : []).filter(isObject);
  return { exchange, totalResults: Number(totalResults), resources };
};
