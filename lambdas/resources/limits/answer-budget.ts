// How much of an answer is left: a Lambda function may answer 6 MB, and a cut list must never look like a whole one.

import { tooMany, type Wording } from '../../scim/errors/errors.ts';
import type { Json } from '../../scim/json.ts';

/** How many bytes an answer may still grow by. */
export class AnswerBudget {
  #bytesLeft = 5_500_000;
  readonly #wayOut: Wording;

  constructor(wayOut: Wording) {
    this.#wayOut = wayOut;
  }

  /** Throws tooMany when `value` does not fit any more. */
  spend(value: Json): void {
    this.#bytesLeft -= Buffer.byteLength(JSON.stringify(value)) + 1;
    if (this.#bytesLeft < 0) {
      throw tooMany('answerTooLarge')`The answer would be larger than 5.5 MB. ${this.#wayOut}`;
    }
  }
}
