// Does what a bulk request asks for (RFC 7644 §3.7): one operation after the other, or several at once where that makes no
// difference, each with the ids of what it refers to.

import pMap from 'p-map';
import {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  bulkResponse,
  creationsOf,
  executionOrder,
  outcomesOf,
} from '../../scim/bulk/bulk.ts';
import { bulkIdIn, resolveReferences, withoutReferences } from '../../scim/bulk/references.ts';
import { joinChanges, type Outcome } from '../../scim/change.ts';
import { conflict, type ScimError, unavailable } from '../../scim/errors/errors.ts';
import type { JsonObject } from '../../scim/json.ts';
import { locate } from '../../scim/representation.ts';
import { typesOf } from '../../tenants/types.ts';
import type { Caller } from './bulk-operation.ts';
import { doOperation } from './bulk-operation.ts';
import { runsOf } from './bulk-runs.ts';

/** What a failure is to the client; the caller logs those that are no refusals. */
export type Explain = (error: unknown) => ScimError;

/** What is done at the same time: little enough to leave the table to others too. */
const PARALLEL = 8;

/**
 * What has not begun by then is answered with 503. The gateway waits for 29 seconds; the rest is for taking back what
 * could not be completed.
 */
const MILLISECONDS = 16_000;

/**
 * Does all operations and answers with a BulkResponse and what became of each; none fails because of another, unless it
 * refers to it. With failOnErrors one operation is done after the other, so that nothing behind the last error was begun.
 */
export const runBulk = async (
  caller: Caller,
  { operations, failOnErrors }: BulkRequest,
  explain: Explain,
  until = Date.now() + MILLISECONDS,
): Promise<{ readonly body: JsonObject; readonly outcomes: readonly Outcome[] }> => {
  const job = new BulkJob(caller, operations, explain, until);
  const size = Number.isFinite(failOnErrors) ? 1 : PARALLEL;
  for (const run of runsOf(executionOrder(operations), await typesOf(caller.tenant.id), size)) {
    if (job.countErrors() >= failOnErrors) break;
    await Promise.all(run.map((operation) => job.process(operation)));
    await job.closeCircles(run);
  }
  await job.withdrawIncomplete();
  return { body: bulkResponse(operations, job.results), outcomes: outcomesOf(job.results) };
};

class BulkJob {
  readonly results = new Map<BulkOperation, BulkResult>();
  readonly #caller: Caller;
  readonly #creations: ReadonlyMap<string, BulkOperation>;
  readonly #explain: Explain;
  readonly #until: number;
  /** What has been created, by bulkId. */
  readonly #ids = new Map<string, string>();
  /** What has been created without something that it refers to in a circle. */
  readonly #incomplete = new Set<BulkOperation>();

  constructor(caller: Caller, operations: readonly BulkOperation[], explain: Explain, until: number) {
    this.#caller = caller;
    this.#creations = creationsOf(operations);
    this.#explain = explain;
    this.#until = until;
  }

  countErrors(): number {
    return this.results
      .values()
      .filter(({ error }) => error)
      .toArray().length;
  }

  async process(operation: BulkOperation): Promise<void> {
    await this.#attempt(operation, async () => {
      const refusal = this.#refuseReferences(operation);
      if (refusal) throw refusal;
      this.#requireTime();
      return operation.method === 'POST'
        ? this.#create(operation)
        : doOperation(this.#caller, this.#resolve(operation));
    });
  }

  /** RFC 7644 §3.7.1 gives 409 to what cannot be resolved; it names no scimType for it. */
  #refuseReferences({ references }: BulkOperation): ScimError | undefined {
    for (const bulkId of references) {
      const creation = this.#creations.get(bulkId);
      if (!creation) {
        return conflict(
          'bulkIdUnknown',
        )`bulkId:${bulkId} refers to nothing: no POST of this bulk request has the bulkId ${bulkId}.`;
      }
      if (this.results.get(creation)?.error) return creationFailed(bulkId);
    }
    return undefined;
  }

  /** What is not there yet can only be so because it refers back to this creation (see executionOrder). */
  async #create(operation: BulkOperation): Promise<BulkResult> {
    const absent = operation.references.difference(new Set(this.#ids.keys()));
    const resolved = this.#resolve(operation);
    const data = withoutReferences(resolved.data, absent);
    const created = await doOperation(this.#caller, { ...resolved, data });
    this.#ids.set(operation.bulkId ?? '', created.id);
    if (absent.size > 0) this.#incomplete.add(operation);
    return created;
  }

  /** What the end of `run` means for those that were created without something of it. */
  async closeCircles(run: readonly BulkOperation[]): Promise<void> {
    const failures = new Map<BulkOperation, ScimError>();
    const completable: BulkOperation[] = [];
    for (const waiting of this.#incomplete) {
      const { references } = waiting;
      if (!run.some(({ bulkId = '' }) => references.has(bulkId))) continue;
      const refusal = this.#refuseReferences(waiting);
      if (refusal) failures.set(waiting, refusal);
      else if ([...references].every((bulkId) => this.#ids.has(bulkId))) completable.push(waiting);
    }
    const complete = async (waiting: BulkOperation): Promise<void> => {
      try {
        await this.#complete(waiting);
      } catch (error) {
        failures.set(waiting, this.#explain(error));
      }
    };
    await pMap(completable, complete, { concurrency: PARALLEL });
    await this.#withdraw(failures);
  }

  /** What failOnErrors has stopped halfway. */
  async withdrawIncomplete(): Promise<void> {
    const failures = new Map<BulkOperation, ScimError>();
    for (const waiting of this.#incomplete) {
      const absent = [...waiting.references].find((bulkId) => !this.#ids.has(bulkId)) ?? '';
      failures.set(waiting, creationFailed(absent));
    }
    await this.#withdraw(failures);
  }

  /** PUT with all that the creation asked for: what it could hold already stays as it is. */
  async #complete(waiting: BulkOperation): Promise<void> {
    this.#requireTime();
    const completion: BulkOperation = { ...this.#resolve(waiting), method: 'PUT', version: undefined };
    const completed = await doOperation(this.#caller, { ...completion, path: this.#pathOfCreated(waiting) });
    const change = this.results.get(waiting)?.change;
    this.results.set(waiting, {
      ...completed,
      status: 201,
      change: change && joinChanges(change, completed.change),
    });
    this.#incomplete.delete(waiting);
  }

  /**
   * Takes back creations that cannot be completed, so that 409 means that there is no such resource, and with them those
   * that refer to them: all are of one circle, because nothing else comes in between (see executionOrder).
   */
  async #withdraw(failures: ReadonlyMap<BulkOperation, ScimError>): Promise<void> {
    const reasons = new Map(failures);
    for (const [{ bulkId = '' }] of reasons) {
      for (const [other, { error }] of this.results) {
        const refers = other.method === 'POST' && !error && other.references.has(bulkId);
        if (refers && !reasons.has(other)) reasons.set(other, creationFailed(bulkId));
      }
    }
    const withdraw = async ([creation, reason]: readonly [BulkOperation, ScimError]): Promise<void> => {
      const path = this.#pathOfCreated(creation);
      this.#ids.delete(creation.bulkId ?? '');
      this.#incomplete.delete(creation);
      await this.#attempt(creation, async () => {
        await doOperation(this.#caller, { ...creation, method: 'DELETE', path, version: undefined });
        throw reason;
      });
    };
    await pMap(reasons, withdraw, { concurrency: PARALLEL });
  }

  async #attempt(operation: BulkOperation, act: () => Promise<BulkResult>): Promise<void> {
    try {
      this.results.set(operation, await act());
    } catch (thrown) {
      const error = this.#explain(thrown);
      this.results.set(operation, { status: error.status, location: this.#locate(operation), error });
    }
  }

  #requireTime(): void {
    if (Date.now() < this.#until) return;
    throw unavailable(
      'bulkOutOfTime',
    )`There was no time left for this operation: repeat it, with fewer operations in one bulk request.`;
  }

  /** Everything but a failed creation has a location (RFC 7644 §3.7.3), if it is known what the path means. */
  #locate(operation: BulkOperation): string | undefined {
    const [collection, id] = this.#resolve(operation).path;
    if (operation.method === 'POST' || id === undefined || bulkIdIn(id) !== undefined) return undefined;
    return locate(this.#caller.tenant.tenantUrl, `/${collection}`, id);
  }

  #pathOfCreated({ path: [collection = ''], bulkId = '' }: BulkOperation): string[] {
    return [collection, this.#ids.get(bulkId) ?? ''];
  }

  #resolve(operation: BulkOperation): BulkOperation {
    return resolveReferences(operation, (bulkId) => this.#ids.get(bulkId));
  }
}

const creationFailed = (bulkId: string) =>
  conflict(
    'bulkIdNotCreated',
  )`bulkId:${bulkId} was not created, so this operation was not done: see the one with that bulkId first.`;
