// Limits what one search may read beyond its results, and for how long: a filter that no index supports must not block the
// function or use up the table's capacity.

import { now } from '../../platform/clock.ts';
import { tooMany, unavailable, type Wording } from '../../scim/errors/errors.ts';

/** About 25,000 users. */
const MAX_BYTES = 20_000_000;

/** Reads besides those of the resources: of memberships, for a filter on them. */
const MAX_EXTRA_READS = 2_000;

/** The bytes that an extra read counts for: a page of memberships, or one read unit. */
const BYTES_PER_READ = 4_096;

/** 20 MB normally take two seconds. */
const TIME_LIMIT_MS = 6_000;

/** The reads and the time that one search has left. */
export class SearchBudget {
  #bytesRead = 0;
  #extraReads = 0;
  readonly #endsAt: number;
  readonly #hint: Wording;

  /** `hint` tells the client what to request instead; `nowMs` is in milliseconds since the epoch. */
  constructor(hint: Wording, nowMs = now()) {
    this.#hint = hint;
    this.#endsAt = nowMs + TIME_LIMIT_MS;
  }

  /** The bytes of all reads, including the extra ones. */
  get allBytesRead(): number {
    return this.#bytesRead + this.#extraReads * BYTES_PER_READ;
  }

  /** Throws tooMany beyond 20 MB, and 503 if the table is slow. */
  spendBytes(bytes: number): void {
    this.#bytesRead += bytes;
    if (this.#bytesRead > MAX_BYTES) throw tooMany('walkTooLong')`${this.#hint}`;
    this.assertInTime();
  }

  /** Throws tooMany beyond 2,000 reads, and 503 if the table is slow. */
  spendReads(reads: number): void {
    this.#extraReads += reads;
    if (this.#extraReads > MAX_EXTRA_READS) throw tooMany('walkTooLong')`${this.#hint}`;
    this.assertInTime();
  }

  /** Throws 503 after six seconds. */
  assertInTime(nowMs = now()): void {
    if (nowMs > this.#endsAt) {
      throw unavailable('searchOutOfTime')`The search took too long. Repeat it, or filter more narrowly.`;
    }
  }
}
