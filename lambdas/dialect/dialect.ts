// What Entra, Okta and other clients mean where they leave the RFCs: bodies are rewritten into conforming ones before
// scim/ reads them. The tolerances are always on, because the URL does not tell which client or which of Entra's two
// PATCH dialects is speaking. A conforming request keeps its meaning, with one exception: "" clears (see typed-value.ts).
//
//   dialect/typed-value.ts          values in the shape of their attribute: "True", bare ids, single objects, ""
//   dialect/roles.ts                app roles as JSON in a string
//   dialect/attribute-keys.ts       names with dots, URNs, odd case, brackets
//   dialect/patch-operations.ts     what one operation of a client comes to
//   dialect/removed-values.ts       a Remove with a list of values
//   dialect/resource-attributes.ts  POST and PUT bodies
//
// One tolerance needs the state of the resource and is therefore in scim/patch/created-value.ts.

import { loggable, payloadTooLarge } from '../scim/errors/errors.ts';
import { exceedsValueLimit, isObject, type Json, type JsonObject, valueNamed } from '../scim/json.ts';
import { MAX_BODY_VALUES, MAX_PATCH_CHANGES, MAX_PATCH_OPERATIONS } from '../scim/limits.ts';
import { PATCH_OP_SCHEMA } from '../scim/patch/request.ts';
import type { ResourceType } from '../scim/schemas/schema.ts';
import { readOperation } from './patch-operations.ts';
import { readAttributes } from './resource-attributes.ts';

/**
 * A client's PATCH body as a conforming PatchOp: lower-case `op`, every operation with a path, values in their
 * attribute's type. What cannot be understood is left for the parser to refuse. Throws payloadTooLarge for more than a
 * request may ask: operations are counted here, because one of a client's may become many.
 */
export const readPatchBody = (body: JsonObject, type: ResourceType): JsonObject => {
  refuseTooManyValues(body);
  const operations = asList(valueNamed(body, 'Operations'));
  // Nothing but a PatchOp can be sent to PATCH, so missing or empty `schemas` leave no doubt; different ones do.
  const given = valueNamed(body, 'schemas') ?? [];
  const schemas = Array.isArray(given) && given.length === 0 ? [PATCH_OP_SCHEMA] : given;
  if (!operations) return { schemas };
  refuseMoreThan(MAX_PATCH_OPERATIONS, operations, 'operations');
  const changes = operations.flatMap((operation) => readOperation(operation, type));
  refuseMoreThan(MAX_PATCH_CHANGES, changes, 'changes');
  return { schemas, Operations: changes };
};

/** One operation outside a list is taken for a list of one. */
const asList = (operations: Json | undefined): readonly Json[] | undefined => {
  if (Array.isArray(operations)) return operations;
  return isObject(operations) ? [operations] : undefined;
};

/** A client's POST or PUT body as a conforming resource of `type`; what the type does not know is left out. */
export const readResourceBody = (body: JsonObject, type: ResourceType): JsonObject => {
  refuseTooManyValues(body);
  return readAttributes(body, type);
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
