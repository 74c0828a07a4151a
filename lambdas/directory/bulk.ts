// Does what a bulk request asks for (RFC 7644 §3.7), through the same services as requests for single resources.

import type { Tenant } from '../platform/tenant.ts';
import {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  bulkResponse,
  creationsOf,
  executionOrder,
} from '../scim/bulk.ts';
import { bulkIdIn, resolveReferences, withoutReferences } from '../scim/bulk-references.ts';
import { conflict, methodNotAllowed, notFound, type ScimError, unavailable } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { locate, type Representation } from '../scim/representation.ts';
import { etag } from '../scim/version.ts';
import { runsOf } from './bulk-runs.ts';
import { customResources } from './custom-resources.ts';
import { groups } from './groups.ts';
import { typesOf } from './tenant-types.ts';
import { users } from './users.ts';

/** What a failure is to the client; the caller logs those that are no refusals. */
export type Explain = (error: unknown) => ScimError;

/** Creations that are done at the same time: few enough to leave the table to others too. */
const PARALLEL = 8;

/** When this is over, what has not begun is answered with 503: an answer after 29 s would reach nobody. */
const MILLISECONDS = 20_000;

/** The answer is about `location` and `version`; users are spared the look-up of their groups. */
const ONLY_ID = { attributes: 'id' };

/**
 * Does all operations and answers with a BulkResponse; none fails because of another, unless it refers to it. With
 * failOnErrors one operation is done after the other, so that what is left undone begins at a certain place.
 */
export const runBulk = async (
  tenant: Tenant,
  { operations, failOnErrors }: BulkRequest,
  explain: Explain,
  until = Date.now() + MILLISECONDS,
): Promise<JsonObject> => {
  const job = new BulkJob(tenant, operations, explain);
  const size = Number.isFinite(failOnErrors) ? 1 : PARALLEL;
  for (const run of runsOf(executionOrder(operations), await typesOf(tenant.id), size)) {
    if (job.countErrors() >= failOnErrors) break;
    await Promise.all(run.map((operation) => job.process(operation, Date.now() < until)));
    for (const operation of run) await job.closeCircles(operation);
  }
  await job.withdrawIncomplete();
  return bulkResponse(operations, job.results);
};

class BulkJob {
  readonly results = new Map<BulkOperation, BulkResult>();
  readonly #tenant: Tenant;
  readonly #creations: ReadonlyMap<string, BulkOperation>;
  readonly #explain: Explain;
  /** What has been created, by bulkId. */
  readonly #ids = new Map<string, string>();
  /** What has been created without something that it refers to in a circle. */
  readonly #incomplete = new Set<BulkOperation>();

  constructor(tenant: Tenant, operations: readonly BulkOperation[], explain: Explain) {
    this.#tenant = tenant;
    this.#creations = creationsOf(operations);
    this.#explain = explain;
  }

  countErrors(): number {
    return this.results
      .values()
      .filter(({ error }) => error)
      .toArray().length;
  }

  async process(operation: BulkOperation, isInTime: boolean): Promise<void> {
    const refusal = isInTime ? this.#refuseReferences(operation) : outOfTime();
    if (refusal) this.#fail(operation, refusal);
    else await this.#attempt(operation, () => this.#perform(operation));
  }

  /** RFC 7644 §3.7.1 gives 409 to what cannot be resolved; it names no scimType for it. */
  #refuseReferences({ references }: BulkOperation): ScimError | undefined {
    for (const bulkId of references) {
      const creation = this.#creations.get(bulkId);
      if (!creation) {
        return conflict(
          `bulkId:${bulkId} refers to nothing: no POST of this bulk request has the bulkId ${bulkId}.`,
        );
      }
      if (this.results.get(creation)?.error) return creationFailed(bulkId);
    }
    return undefined;
  }

  async #perform(operation: BulkOperation): Promise<BulkResult> {
    const resolved = this.#resolve(operation);
    const [collection = '', id, ...more] = resolved.path;
    if (more.length > 0) throw notFound(`There is nothing at /${resolved.path.join('/')}.`);
    if (operation.method === 'POST') {
      if (id !== undefined) throw methodNotAllowed(`POST takes the path of a collection: /${collection}.`);
      return this.#create(operation, collection);
    }
    if (id === undefined) {
      throw methodNotAllowed(`${operation.method} takes the path of one resource: /${collection}/{id}.`);
    }
    return this.#change(resolved, collection, id);
  }

  async #create(operation: BulkOperation, collection: string): Promise<BulkResult> {
    const absent = operation.references.difference(new Set(this.#ids.keys()));
    const data = withoutReferences(this.#resolve(operation).data, absent);
    const created = await serviceOf(collection).create(this.#tenant, data, ONLY_ID);
    this.#ids.set(operation.bulkId ?? '', String(created.resource.id));
    if (absent.size > 0) this.#incomplete.add(operation);
    return describe(201, created);
  }

  async #change(
    { method, data, version }: BulkOperation,
    collection: string,
    id: string,
  ): Promise<BulkResult> {
    const service = serviceOf(collection);
    if (method === 'PUT') {
      return describe(200, await service.replace(this.#tenant, id, data, ONLY_ID, version));
    }
    if (method === 'PATCH') {
      return describe(200, await service.patch(this.#tenant, id, data, ONLY_ID, version));
    }
    await service.remove(this.#tenant, id, version);
    return { status: 204, location: locate(this.#tenant.tenantUrl, `/${collection}`, id) };
  }

  /** What the outcome of `operation` means for those that were created without it. */
  async closeCircles(operation: BulkOperation): Promise<void> {
    const { bulkId } = operation;
    if (bulkId === undefined || operation.method !== 'POST') return;
    for (const waiting of this.#incomplete) {
      if (!waiting.references.has(bulkId)) continue;
      if (!this.#ids.has(bulkId)) await this.#withdraw(waiting, creationFailed(bulkId));
      else if ([...waiting.references].every((each) => this.#ids.has(each))) await this.#complete(waiting);
    }
  }

  /** What was stopped halfway by failOnErrors. */
  async withdrawIncomplete(): Promise<void> {
    for (const waiting of this.#incomplete) {
      const absent = [...waiting.references].find((bulkId) => !this.#ids.has(bulkId)) ?? '';
      await this.#withdraw(waiting, creationFailed(absent));
    }
  }

  /** PUT with all that the creation asked for: what it could hold already stays as it is. */
  async #complete(waiting: BulkOperation): Promise<void> {
    this.#incomplete.delete(waiting);
    const { path, data } = this.#resolve(waiting);
    const id = this.#ids.get(waiting.bulkId ?? '') ?? '';
    try {
      const service = serviceOf(path[0] ?? '');
      this.results.set(waiting, describe(201, await service.replace(this.#tenant, id, data, ONLY_ID)));
    } catch (error) {
      await this.#withdraw(waiting, this.#explain(error));
    }
  }

  /**
   * Takes back a creation that cannot be completed, and with it those that it is part of in the circle: they refer to it,
   * and nothing else can have referred to it yet (see executionOrder). So 409 means that there is no such resource.
   */
  async #withdraw(creation: BulkOperation, reason: ScimError): Promise<void> {
    const { bulkId = '', path } = creation;
    const id = this.#ids.get(bulkId) ?? '';
    this.#incomplete.delete(creation);
    this.#ids.delete(bulkId);
    await this.#attempt(creation, async () => {
      await serviceOf(path[0] ?? '').remove(this.#tenant, id);
      throw reason;
    });
    for (const [other, { error }] of this.results) {
      const isCreated = other.method === 'POST' && !error;
      if (isCreated && other.references.has(bulkId)) await this.#withdraw(other, creationFailed(bulkId));
    }
  }

  async #attempt(operation: BulkOperation, act: () => Promise<BulkResult>): Promise<void> {
    try {
      this.results.set(operation, await act());
    } catch (error) {
      this.#fail(operation, this.#explain(error));
    }
  }

  #fail(operation: BulkOperation, error: ScimError): void {
    this.results.set(operation, { status: error.status, location: this.#locate(operation), error });
  }

  /** Everything but a failed creation has a location (RFC 7644 §3.7.3), if it is known what the path means. */
  #locate(operation: BulkOperation): string | undefined {
    const [collection, id] = this.#resolve(operation).path;
    if (operation.method === 'POST' || id === undefined || bulkIdIn(id) !== undefined) return undefined;
    return locate(this.#tenant.tenantUrl, `/${collection}`, id);
  }

  #resolve(operation: BulkOperation): BulkOperation {
    return resolveReferences(operation, (bulkId) => this.#ids.get(bulkId));
  }
}

const serviceOf = (collection: string): typeof groups => {
  if (collection === 'Users') return users;
  return collection === 'Groups' ? groups : customResources(collection);
};

const describe = (status: number, shown: Representation | undefined): BulkResult => ({
  status,
  ...(shown && { location: shown.location, version: etag(shown.version) }),
});

const creationFailed = (bulkId: string) =>
  conflict(
    `bulkId:${bulkId} was not created, so this operation was not done: see the one with that bulkId first.`,
  );

const outOfTime = () =>
  unavailable(
    'There was no time left for this operation: repeat it, with fewer operations in one bulk request.',
  );
