// Limits the size of a response to what a Lambda function can return, while it is read: neither memory nor time is spent on
// what cannot be answered, and a truncated list never looks complete.

import { loggable, phrase, type ScimError, tooMany, type Wording } from '../../scim/errors/errors.ts';
import type { Json } from '../../scim/json.ts';

/** A synchronous answer of a function (Lambda Developer Guide, "Lambda quotas"), as JSON of what the function returns. */
const LAMBDA_ANSWER_BYTES = 6_291_556;

/** More than everything in an answer but its resources: headers, and the other members of a ListResponse. */
const ENVELOPE_BYTES = 64 * 1024;

/** The bytes that the resources of one answer may have. */
export const MAX_ANSWER_BYTES = LAMBDA_ANSWER_BYTES - ENVELOPE_BYTES;

/**
 * What one resource without its facets takes at most: 256 KB of JSON, 4 KB of undeclared extensions, and 8 KB for id, schemas and
 * meta. JSON within JSON is at most twice as long.
 */
export const MAX_OWN_BYTES = 2 * (256 + 4 + 8) * 1024;

/** Its share of an answer: the body is a text within JSON, so that each quotation mark and backslash of it takes two bytes. */
export const answerBytes = (value: Json): number => {
  const text = JSON.stringify(value);
  let bytes = Buffer.byteLength(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTATION_MARK || code === BACKSLASH) bytes += 1;
  }
  return bytes;
};

const QUOTATION_MARK = 0x22;
const BACKSLASH = 0x5c;

/**
 * The bytes of a list of resources, which may be read in any order. What fits is the longest run of them from the first on:
 * a resource that does not fit any more, and all after it, are not to be read further.
 */
export class AnswerBudget {
  readonly #max: number;
  readonly #positions: ReadonlyMap<string, number>;
  readonly #bytes: number[];
  #all: number;
  #fitting: number;

  /** `ids`: of the resources, in the order of the answer; `max`: bytes for all of them. */
  constructor(ids: readonly string[], max = MAX_ANSWER_BYTES) {
    this.#max = max;
    this.#positions = new Map(ids.map((id, position) => [id, position]));
    this.#bytes = ids.map(() => 1);
    this.#all = ids.length;
    this.#fitting = ids.length;
    if (this.#all > max) this.#cut();
  }

  /** Whether the resource `id` fits, with what was counted so far. */
  fits(id: string): boolean {
    return (this.#positions.get(id) ?? 0) < this.#fitting;
  }

  /** Counts a part of the resource `id`; whether the resource still fits. */
  spend(id: string, part: Json): boolean {
    if (!this.fits(id)) return false;
    const position = this.#positions.get(id) ?? 0;
    const bytes = answerBytes(part) + 1;
    this.#bytes[position] = (this.#bytes[position] ?? 0) + bytes;
    this.#all += bytes;
    if (this.#all > this.#max) this.#cut();
    return position < this.#fitting;
  }

  /** How many of the resources fit, from the first on. */
  get fitting(): number {
    return this.#fitting;
  }

  /** The bytes of those that fit. */
  get bytes(): number {
    return this.#all;
  }

  #cut(): void {
    let [fitting, all] = [0, 0];
    for (const bytes of this.#bytes.slice(0, this.#fitting)) {
      if (all + bytes > this.#max) break;
      [fitting, all] = [fitting + 1, all + bytes];
    }
    [this.#fitting, this.#all] = [fitting, all];
  }
}

/** Throws tooMany unless the one resource of an answer fits into it. `hint` tells the client how to get a smaller one. */
export const requireFit = ({ fitting }: AnswerBudget, hint: Wording): void => {
  if (fitting === 0) throw tooMany('answerTooLarge')`The answer would be larger than 6 MB. ${hint}`;
};

/**
 * tooMany for a page of which only the first `fitting` resources fit, if any: names that count, and the attributes `names` that
 * make resources large.
 */
export const pageTooLarge = (fitting: number, names: readonly string[]): ScimError => {
  const list = loggable(names.join(','));
  const hint = names.length > 0 ? phrase` excludedAttributes=${list} makes them smaller.` : phrase``;
  const refuse = tooMany('answerTooLarge');
  return fitting > 0
    ? refuse`Only ${fitting} of these resources fit into an answer: ask with count=${fitting}.${hint}`
    : refuse`Not even one of these resources fits into an answer.${hint}`;
};
