// Limits the size of a response: a Lambda function can return 6 MB, and a truncated list must never look complete.

import { tooMany, type Wording } from '../../scim/errors/errors.ts';
import type { Json } from '../../scim/json.ts';

const MAX_RESPONSE_BYTES = 5_500_000;

/** The bytes by which a response may still grow. */
export class AnswerBudget {
  #bytesLeft = MAX_RESPONSE_BYTES;
  readonly #hint: Wording;

  /** `hint` tells the client how to get a smaller response. */
  constructor(hint: Wording) {
    this.#hint = hint;
  }

  /** Throws tooMany if `value` does not fit. */
  spend(value: Json): void {
    this.#bytesLeft -= Buffer.byteLength(JSON.stringify(value)) + 1;
    if (this.#bytesLeft < 0) {
      throw tooMany('answerTooLarge')`The answer would be larger than 5.5 MB. ${this.#hint}`;
    }
  }
}
