// What is left out of a request although the client sent it: attributes that nobody declared, and of undeclared extensions
// what does not fit. The provisioning log names them.

import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { boundUndeclared } from '../scim/undeclared-values.ts';

/** Keeps the attributes of one request within their bound, and notes the names of those that are left out. */
export class KeptAttributes {
  readonly #type: ResourceType;
  readonly #unknown = new Set<string>();
  #tooMuch: readonly string[] = [];

  constructor(type: ResourceType) {
    this.#type = type;
  }

  /** Notes an unknown attribute. */
  readonly leaveOut = (name: string): void => {
    this.#unknown.add(name);
  };

  /** `after` within the bound of undeclared extensions; a repeated attempt starts over. */
  within(before: JsonObject, after: JsonObject): JsonObject {
    const { attributes, leftOut } = boundUndeclared(before, after, this.#type);
    this.#tooMuch = leftOut;
    return attributes;
  }

  /** The names of what is left out. */
  get leftOut(): readonly string[] {
    return [...this.#unknown, ...this.#tooMuch];
  }
}
