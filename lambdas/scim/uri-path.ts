// Paths of URIs as segments (RFC 3986 §3.3): those of requests, and those that the operations of a bulk request carry.

/** The segments of `path` as they stand there; doubled, leading and trailing slashes make none. */
export const splitPath = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** What a segment says, percent-encoding undone; one that is encoded wrongly says itself. */
export const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
