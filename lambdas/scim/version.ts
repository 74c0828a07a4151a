// Resource versions as entity tags (RFC 7644 §3.14), and conditional requests (RFC 9110 §13). The examples of SCIM send
// weak tags in If-Match, where HTTP would demand strong ones, so all comparison is weak.

import { loggable, preconditionFailed } from './errors/errors.ts';

/** The entity tag of a version, for `meta.version` and the ETag header: `W/"3"`. */
export const etag = (version: number): string => `W/"${version}"`;

/** Throws preconditionFailed if the If-Match header does not list the resource's version. */
export const checkIfMatch = (header: string | undefined, version: number): void => {
  if (header === undefined || lists(header, version)) return;
  throw preconditionFailed(
    'versionNotListed',
  )`The resource is at version ${loggable(etag(version))}, which If-Match does not list: read it again, then repeat the change.`;
};

/** Whether If-None-Match lists the version, so that a read is answered with 304. */
export const isNotModified = (header: string | undefined, version: number): boolean =>
  header !== undefined && lists(header, version);

/** Whether the header is `*` or lists the version; a malformed header lists nothing. */
const lists = (header: string, version: number): boolean =>
  header.trim() === '*' || opaqueTags(header).includes(String(version));

/** The quoted parts: weak comparison ignores `W/` (RFC 9110 §8.8.3.2). */
const opaqueTags = (header: string) => Array.from(header.matchAll(/"([^"]*)"/g), ([, tag]) => tag);
