// Versions of a resource as entity tags (RFC 7644 §3.14), and the conditions that requests put on them (RFC 9110 §13).
// SCIM's own examples send weak tags in If-Match, where HTTP alone would demand strong ones, so all comparison is weak.

import { preconditionFailed } from './errors.ts';

/** The entity tag of a version, as `meta.version` and the ETag header have it: `W/"3"`. */
export const etag = (version: number): string => `W/"${version}"`;

/** Throws preconditionFailed when the client expects another version than `version`. */
export const checkIfMatch = (header: string | undefined, version: number): void => {
  if (header === undefined || lists(header, version)) return;
  throw preconditionFailed(
    `The resource is at version ${etag(version)}, not at the one in If-Match: read it again and repeat the change.`,
  );
};

/** Throws preconditionFailed when the client wants to write only to a version other than `version`. */
export const checkIfNoneMatch = (header: string | undefined, version: number): void => {
  if (header === undefined || !lists(header, version)) return;
  throw preconditionFailed(`The resource is at version ${etag(version)}, which If-None-Match excludes.`);
};

/** Whether a read is answered with 304, because If-None-Match lists the version that the client has already. */
export const isNotModified = (header: string | undefined, version: number): boolean =>
  header !== undefined && lists(header, version);

/** A header that is no list of quoted tags lists nothing. */
const lists = (header: string, version: number): boolean => {
  if (header.trim() === '*') return true;
  for (const [, tag] of header.matchAll(/"([^"]*)"/g)) if (tag === String(version)) return true;
  return false;
};
