// Limits the members that one request adds to groups and removes from them to what can be written in time; the operations of a
// bulk request share it. It is spent before the first write.

import { now } from '../../platform/clock.ts';
import { loggable, payloadTooLarge, unavailable } from '../../scim/errors/errors.ts';
import { MAX_MEMBER_CHANGES } from '../../scim/limits.ts';

/**
 * How many memberships a group takes: each is two write units in one partition, because transactions cost twice, and a partition
 * takes 1,000 a second (DynamoDB Developer Guide, "Best practices for designing partition keys").
 */
const CHANGES_PER_SECOND = 500;

/** What the operations of one request have left. */
interface Shared {
  left: number;
  /** When everything must be written, in milliseconds since the epoch. */
  readonly endsAtMs: number;
}

/** The members that one request, or one operation of it, may still change. */
export class MemberBudget {
  readonly #shared: Shared;
  #spent = 0;

  /** Of a request; `endsAtMs` is in milliseconds since the epoch. */
  constructor(endsAtMs = Number.POSITIVE_INFINITY, shared: Shared = { left: MAX_MEMBER_CHANGES, endsAtMs }) {
    this.#shared = shared;
  }

  /** The same budget for one operation, which can give back what it did not use. */
  ofOperation(): MemberBudget {
    return new MemberBudget(this.#shared.endsAtMs, this.#shared);
  }

  /**
   * Throws payloadTooLarge for more changes than are left, and 503 for more than there is time for; `least` says that there may
   * be more of them.
   */
  require(changes: number, least: '' | 'at least ' = ''): void {
    const { left, endsAtMs } = this.#shared;
    const refuse = payloadTooLarge('tooManyMembers');
    if (changes > MAX_MEMBER_CHANGES)
      throw refuse`members: one request changes at most ${MAX_MEMBER_CHANGES} of them; this one ${loggable(least)}${changes}. Send several, with a part of them each.`;
    if (changes > left)
      throw refuse`members: one request changes at most ${MAX_MEMBER_CHANGES} of them; this operation ${loggable(least)}${changes}, after ${MAX_MEMBER_CHANGES - left} by others of this bulk request. Send it in another one.`;
    if (now() + (changes / CHANGES_PER_SECOND) * 1000 > endsAtMs)
      throw unavailable(
        'bulkOutOfTime',
      )`There was no time left for this operation: repeat it, with fewer operations in one bulk request.`;
  }

  /** Takes the changes that are about to be written. Throws as `require`. */
  spend(changes: number): void {
    this.require(changes);
    this.#shared.left -= changes;
    this.#spent += changes;
  }

  /** For an operation that was refused, and wrote nothing. */
  giveBack(): void {
    this.#shared.left += this.#spent;
    this.#spent = 0;
  }
}
