// Executes a bulk request (RFC 7644 §3.7): in order, several operations concurrently where that makes no difference, with
// bulkIds replaced by the ids of the created resources.

import pMap from 'p-map';
import { now } from '../../platform/clock.ts';
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
import { conflict, ScimError, unavailable } from '../../scim/errors/errors.ts';
import type { JsonObject } from '../../scim/json.ts';
import { locate } from '../../scim/representation.ts';
import { typesOf } from '../../tenants/types.ts';
import { MemberBudget } from '../limits/member-budget.ts';
import { type Caller, type CompletedOperation, executeOperation } from './bulk-operation.ts';
import { runsOf } from './bulk-runs.ts';

/** Turns anything thrown into the error for the client, and logs unexpected ones. */
export type ToScimError = (error: unknown) => ScimError;

/** Concurrent operations; few enough to leave capacity to other requests. */
const PARALLEL_OPERATIONS = 8;

/**
 * Operations not started by then are answered with 503. The gateway times out after 29 seconds; the remaining time is for
 * withdrawing incomplete creations.
 */
const TIME_LIMIT_MS = 16_000;

/** How long after that members are still written: until 25 seconds after the request began. */
const MEMBERS_TIME_MS = 9_000;

/**
 * Executes all operations. Returns the BulkResponse and the outcome of each operation. An operation fails because of another
 * one only if it references it. With failOnErrors the operations run one by one, so that none is started after the last
 * error. `deadline` is in milliseconds since the epoch.
 */
export const runBulk = async (
  caller: Caller,
  { operations, failOnErrors }: BulkRequest,
  toScimError: ToScimError,
  deadlineMs = now() + TIME_LIMIT_MS,
): Promise<{ readonly body: JsonObject; readonly outcomes: readonly Outcome[] }> => {
  const job = new BulkJob(caller, operations, toScimError, deadlineMs);
  const size = Number.isFinite(failOnErrors) ? 1 : PARALLEL_OPERATIONS;
  for (const run of runsOf(executionOrder(operations), await typesOf(caller.tenant.id), size)) {
    if (job.countErrors() >= failOnErrors) break;
    await Promise.all(run.map((operation) => job.process(operation)));
    await job.completeCycles(run);
  }
  await job.withdrawIncomplete();
  return { body: bulkResponse(operations, job.results), outcomes: outcomesOf(job.results) };
};

class BulkJob {
  readonly results = new Map<BulkOperation, BulkResult>();
  readonly #caller: Caller;
  readonly #creations: ReadonlyMap<string, BulkOperation>;
  readonly #toScimError: ToScimError;
  readonly #deadline: number;
  readonly #memberBudget: MemberBudget;
  /** The ids of created resources by bulkId. */
  readonly #ids = new Map<string, string>();
  /** Creations made without a reference that is part of a cycle. */
  readonly #incomplete = new Set<BulkOperation>();

  constructor(
    caller: Caller,
    operations: readonly BulkOperation[],
    toScimError: ToScimError,
    deadline: number,
  ) {
    this.#caller = caller;
    this.#creations = creationsOf(operations);
    this.#toScimError = toScimError;
    this.#deadline = deadline;
    this.#memberBudget = new MemberBudget(deadline + MEMBERS_TIME_MS);
  }

  countErrors(): number {
    return this.results
      .values()
      .filter(({ error }) => error)
      .toArray().length;
  }

  async process(operation: BulkOperation): Promise<void> {
    await this.#attempt(operation, async () => {
      const refusal = operation.refusal ?? this.#refuseReferences(operation);
      if (refusal) throw refusal;
      this.#requireTime();
      return operation.method === 'POST' ? this.#create(operation) : this.#execute(this.#resolve(operation));
    });
  }

  /** RFC 7644 §3.7.1: 409, without a scimType, for a reference that cannot be resolved. */
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

  /** What a refused operation did not write counts for the others. */
  async #execute(operation: BulkOperation): Promise<CompletedOperation> {
    const memberBudget = this.#memberBudget.ofOperation();
    try {
      return await executeOperation({ ...this.#caller, memberBudget }, operation);
    } catch (error) {
      if (error instanceof ScimError && error.status < 500) memberBudget.giveBack();
      throw error;
    }
  }

  /** A reference that does not exist yet is part of a cycle (see executionOrder); it is left out for now. */
  async #create(operation: BulkOperation): Promise<BulkResult> {
    const absent = operation.references.difference(new Set(this.#ids.keys()));
    const resolved = this.#resolve(operation);
    const data = withoutReferences(resolved.data, absent);
    const created = await this.#execute({ ...resolved, data });
    this.#ids.set(operation.bulkId ?? '', created.id);
    if (absent.size > 0) this.#incomplete.add(operation);
    return created;
  }

  /** Completes the creations that were waiting for operations of `run`, or withdraws them if these failed. */
  async completeCycles(run: readonly BulkOperation[]): Promise<void> {
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
        failures.set(waiting, this.#toScimError(error));
      }
    };
    await pMap(completable, complete, { concurrency: PARALLEL_OPERATIONS });
    await this.#withdraw(failures);
  }

  /** Withdraws the creations that are still incomplete after failOnErrors stopped the request. */
  async withdrawIncomplete(): Promise<void> {
    const failures = new Map<BulkOperation, ScimError>();
    for (const waiting of this.#incomplete) {
      const absent = [...waiting.references].find((bulkId) => !this.#ids.has(bulkId)) ?? '';
      failures.set(waiting, creationFailed(absent));
    }
    await this.#withdraw(failures);
  }

  /** Completes a creation with a PUT of its whole data. */
  async #complete(waiting: BulkOperation): Promise<void> {
    this.#requireTime();
    const completion: BulkOperation = { ...this.#resolve(waiting), method: 'PUT', version: undefined };
    const completed = await this.#execute({ ...completion, path: this.#pathOfCreated(waiting) });
    const change = this.results.get(waiting)?.change;
    this.results.set(waiting, {
      ...completed,
      status: 201,
      change: change && joinChanges(change, completed.change),
    });
    this.#incomplete.delete(waiting);
  }

  /**
   * Deletes creations that cannot be completed, so that 409 means that the resource does not exist, and the creations that
   * reference them. All of these belong to the same cycle, because nothing else comes in between (see executionOrder).
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
        await this.#execute({ ...creation, method: 'DELETE', path, version: undefined });
        throw reason;
      });
    };
    await pMap(reasons, withdraw, { concurrency: PARALLEL_OPERATIONS });
  }

  async #attempt(operation: BulkOperation, act: () => Promise<BulkResult>): Promise<void> {
    try {
      this.results.set(operation, await act());
    } catch (thrown) {
      const error = this.#toScimError(thrown);
      this.results.set(operation, { status: error.status, location: this.#locate(operation), error });
    }
  }

  #requireTime(): void {
    if (now() < this.#deadline) return;
    throw unavailable(
      'bulkOutOfTime',
    )`There was no time left for this operation: repeat it, with fewer operations in one bulk request.`;
  }

  /** The location, which all but failed creations have (RFC 7644 §3.7.3); undefined if the path cannot be resolved. */
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
