// The limits that the service keeps to and tells of.

/** The resources in one answer, when the client names no count, and at most. */
export const DEFAULT_COUNT = 100;
export const MAX_COUNT = 1_000;

/** The body of a request, in bytes. */
export const MAX_BODY_BYTES = 1_048_576;

/** The objects, lists and simple values in a body: a megabyte of very small ones would take too long to read. */
export const MAX_BODY_VALUES = 50_000;

/** The operations of one PATCH as the client counts them, and the single changes that they come to. */
export const MAX_PATCH_OPERATIONS = 1_000;
export const MAX_PATCH_CHANGES = 5_000;

/** The operations of one bulk request, which must be done while the gateway waits for the answer. */
export const MAX_BULK_OPERATIONS = 500;
