// The limits that the service keeps to and tells of.

/** The resources in one answer, when the client names no count, and at most. */
export const DEFAULT_COUNT = 100;
export const MAX_COUNT = 1_000;

/** The body of a request, in bytes. */
export const MAX_BODY_BYTES = 1_048_576;

/** The operations of one PATCH, as the client counts them. */
export const MAX_PATCH_OPERATIONS = 1_000;
