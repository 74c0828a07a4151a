// The segments of a URI path (RFC 3986 §3.3), of a request or of an operation in a bulk request.

/** The segments of `path`, still percent-encoded; empty ones are dropped. */
export const splitPath = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** A segment with percent-encoding decoded, or as it is if the encoding is invalid. */
export const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
