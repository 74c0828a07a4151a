// Versions of a resource as entity tags (RFC 7644 §3.14), and the conditions that requests put on them (RFC 9110 §13).
// SCIM's own examples send weak tags in If-Match, where HTTP alone would demand strong ones, so all comparison is weak.

import { preconditionFailed, word } from './errors/errors.ts';

/** The entity tag of a version, as `meta.version` and the ETag header have it: `W/"3"`. */
export const etag = (version: number): string => `W/"${version}"`;

/** Throws preconditionFailed when the client expects another version than the resource's. */
export const checkIfMatch = (header: string | undefined, version: number): void => {
  if (header === undefined || lists(header, version)) return;
  throw preconditionFailed(
    'versionNotListed',
  )`The resource is at version ${word(etag(version))}, which If-Match does not list: read it again, then repeat the change.`;
};

/** Whether a read is answered with 304: If-None-Match lists the version, so the client has it already. */
export const isNotModified = (header: string | undefined, version: number): boolean =>
  header !== undefined && lists(header, version);

/** A header that is neither `*` nor a list of quoted tags lists nothing. */
const lists = (header: string, version: number): boolean =>
  header.trim() === '*' || opaqueTags(header).includes(String(version));

/** What stands between quotes: weak comparison leaves `W/` aside (RFC 9110 §8.8.3.2). */
const opaqueTags = (header: string) => Array.from(header.matchAll(/"([^"]*)"/g), ([, tag]) => tag);
