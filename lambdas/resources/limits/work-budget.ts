// How much one request may read beyond what it shows, and how long that may take: a filter that no index answers must not
// hold a function, and the table, for everybody else.

import { tooMany, unavailable, type Wording } from '../../scim/errors/errors.ts';

/** About 25,000 users. */
const MAX_BYTES = 20_000_000;

/** Reads beside the walk itself: of memberships, for a filter on them. */
const MAX_EXTRA_READS = 2_000;

/** What a read beside the walk counts for: a page of memberships, or one unit of the table. */
const BYTES_PER_READ = 4_096;

/** A table that answers in time reads 20 MB in two seconds. */
const MAX_MS = 6_000;

/** What one search may still read. */
export class WorkBudget {
  #bytesRead = 0;
  #extraReads = 0;
  readonly #endsAt: number;
  readonly #wayOut: Wording;

  /** `wayOut` tells the client what to ask for instead. */
  constructor(wayOut: Wording, now = Date.now()) {
    this.#wayOut = wayOut;
    this.#endsAt = now + MAX_MS;
  }

  /** Of the walk and of the reads beside it. */
  get allBytesRead(): number {
    return this.#bytesRead + this.#extraReads * BYTES_PER_READ;
  }

  /** Throws tooMany beyond 20 MB, and 503 when the table is slow. */
  spendBytes(bytes: number): void {
    this.#bytesRead += bytes;
    if (this.#bytesRead > MAX_BYTES) throw tooMany('walkTooLong')`${this.#wayOut}`;
    this.assertInTime();
  }

  /** Throws tooMany beyond 2,000 reads, and 503 when the table is slow. */
  spendReads(reads: number): void {
    this.#extraReads += reads;
    if (this.#extraReads > MAX_EXTRA_READS) throw tooMany('walkTooLong')`${this.#wayOut}`;
    this.assertInTime();
  }

  assertInTime(now = Date.now()): void {
    if (now > this.#endsAt) {
      throw unavailable('searchOutOfTime')`The search took too long. Repeat it, or filter more narrowly.`;
    }
  }
}
