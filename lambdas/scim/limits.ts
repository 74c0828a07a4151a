// The limits of a request that clients see; ServiceProviderConfig advertises some of them. What a search may cost is limited in
// resources/limits/.

/** The page size when the client sends no `count`. */
export const DEFAULT_COUNT = 100;
/** The largest page; a greater `count` is cut to it (RFC 7644 §3.4.2.4). */
export const MAX_COUNT = 1_000;

/** The largest request body. */
export const MAX_BODY_BYTES = 1_048_576;

/** Objects, lists and simple values in one body: a megabyte of very small ones would take too long to process. */
export const MAX_BODY_VALUES = 50_000;

/** Operations in one PATCH, as the client counts them. */
export const MAX_PATCH_OPERATIONS = 1_000;
/** Attribute changes in one PATCH: an operation without a path counts once for each attribute in its value. */
export const MAX_PATCH_CHANGES = 5_000;

/** Members that one request adds to a group or removes from it: all of them must be written before the gateway times out. */
export const MAX_MEMBER_CHANGES = 10_000;

/** Operations in one bulk request: all of them must finish before the gateway times out. */
export const MAX_BULK_OPERATIONS = 500;
