// Attributes that are not stored with their resource but made of memberships: `members` of a group, `groups` of a user.

import type { Tenant } from '../platform/tenant.ts';
import { tooMany, word } from '../scim/errors.ts';
import type { Json, JsonObject } from '../scim/json.ts';

export interface ComputedAttribute {
  readonly name: string;
  /** The values for one resource. With `only`, just the one that refers to that id, if it is there: one read. */
  load(
    tenant: Tenant,
    resourceId: string,
    budget: AnswerBudget,
    only?: string,
  ): Promise<readonly JsonObject[]>;
}

/** `resource` with the attribute; without values it has none (RFC 7643 §2.5). */
export const withValues = (resource: JsonObject, name: string, values: readonly Json[]): JsonObject =>
  values.length > 0 ? { ...resource, [name]: values } : resource;

/** How much of an answer is left: a Lambda function may answer 6 MB, and a cut list must never look like a whole one. */
export class AnswerBudget {
  private bytesLeft = 5_500_000;
  private readonly wayOut: string;

  constructor(wayOut: string) {
    this.wayOut = wayOut;
  }

  /** Throws tooMany when `value` does not fit any more. */
  spend(value: Json): void {
    this.bytesLeft -= Buffer.byteLength(JSON.stringify(value)) + 1;
    if (this.bytesLeft < 0)
      throw tooMany('answerTooLarge')`The answer would be larger than 5.5 MB. ${word(this.wayOut)}`;
  }
}
