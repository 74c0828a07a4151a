// Applies a PATCH body to a resource: strictly by the RFC, or through the dialects of clients.

import { readPatchBody } from '../../lambdas/dialect/dialect.ts';
import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { applyPatch } from '../../lambdas/scim/patch/patch.ts';
import { PATCH_OP_SCHEMA, parsePatchRequest } from '../../lambdas/scim/patch/request.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';
import type { ResourceType } from '../../lambdas/scim/schemas/schema.ts';

export const patchBody = (...operations: Json[]): JsonObject => ({
  schemas: [PATCH_OP_SCHEMA],
  Operations: operations,
});

/** Strictly by the RFC. */
export const patchAsWritten = (before: JsonObject, operations: Json[], type: ResourceType = userType) =>
  applyPatch(before, parsePatchRequest(patchBody(...operations), type), type);

/** Through the dialects, as a client's request. */
export const patchAsMeant = (before: JsonObject, operations: Json[], type: ResourceType = userType) =>
  applyPatch(before, parsePatchRequest(readPatchBody(patchBody(...operations), type), type), type);

/** The refusal that `act` throws, as `scimType: detail`. */
export const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ScimError) return `${error.scimType ?? error.status}: ${error.message}`;
    throw error;
  }
  return 'none';
};
