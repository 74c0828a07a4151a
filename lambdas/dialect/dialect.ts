// The deviations of Entra, Okta and other clients from the RFCs: rewrites their bodies into conforming ones before scim/
// parses them. The tolerances are always on, because a request does not reveal the client, or which of Entra's two PATCH
// dialects it uses. A conforming request keeps its meaning, with one exception: "" clears a value (see typed-value.ts).
//
//   dialect/typed-value.ts          the type of values: "True", bare ids, single objects, ""
//   dialect/roles.ts                app roles as JSON in a string
//   dialect/json-text.ts            lists and complex values as JSON in a string
//   dialect/attribute-keys.ts       names with dots, URNs, unusual case, brackets
//   dialect/patch-operations.ts     one operation of a PATCH
//   dialect/removed-values.ts       a Remove with a list of values
//   dialect/resource-attributes.ts  POST and PUT bodies
//
// One tolerance needs the state of the resource; it is in scim/patch/created-value.ts.

import { loggable, payloadTooLarge } from '../scim/errors/errors.ts';
import { exceedsValueLimit, isObject, type Json, type JsonObject, valueNamed } from '../scim/json.ts';
import { MAX_BODY_VALUES, MAX_PATCH_CHANGES, MAX_PATCH_OPERATIONS } from '../scim/limits.ts';
import { PATCH_OP_SCHEMA } from '../scim/patch/request.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import type { LeaveOut } from './attribute-keys.ts';
import { readOperation } from './patch-operations.ts';
import { readAttributes } from './resource-attributes.ts';

/**
 * A client's PATCH body as a conforming PatchOp: `op` in lower case, a path in every operation, values of their attribute's
 * type. Anything else is left for the parser to refuse. Throws payloadTooLarge if the body exceeds a limit; operations are
 * counted here because one operation of a client can become many. `leaveOut` is told which attributes are left out.
 */
export const readPatchBody = (body: JsonObject, type: ResourceType, leaveOut?: LeaveOut): JsonObject => {
  refuseTooManyValues(body);
  const operations = asList(valueNamed(body, 'Operations'));
  // A PATCH takes nothing but a PatchOp, so `schemas` may be missing or empty; a different schema is an error.
  const given = valueNamed(body, 'schemas') ?? [];
  const schemas = Array.isArray(given) && given.length === 0 ? [PATCH_OP_SCHEMA] : given;
  if (!operations) return { schemas };
  refuseMoreThan(MAX_PATCH_OPERATIONS, operations, 'operations');
  const changes = operations.flatMap((operation) => readOperation(operation, type, leaveOut));
  refuseMoreThan(MAX_PATCH_CHANGES, changes, 'changes');
  return { schemas, Operations: changes };
};

/** A single operation counts as a list of one. */
const asList = (operations: Json | undefined): readonly Json[] | undefined => {
  if (Array.isArray(operations)) return operations;
  return isObject(operations) ? [operations] : undefined;
};

/** A client's POST or PUT body as a conforming resource of `type`, without unknown attributes. Throws payloadTooLarge. */
export const readResourceBody = (body: JsonObject, type: ResourceType, leaveOut?: LeaveOut): JsonObject => {
  refuseTooManyValues(body);
  return readAttributes(body, type, leaveOut);
};

const refuseMoreThan = (limit: number, list: readonly Json[], what: string): void => {
  if (list.length > limit) {
    throw payloadTooLarge(
      'tooManyPatchOperations',
    )`A PATCH has at most ${limit} ${loggable(what)}; this one has ${list.length}. Send several.`;
  }
};

const refuseTooManyValues = (body: JsonObject): void => {
  if (exceedsValueLimit(body, MAX_BODY_VALUES)) {
    throw payloadTooLarge(
      'tooManyValues',
    )`A request has at most ${MAX_BODY_VALUES} values in its body. Send several.`;
  }
};
