// The response to every query, including one that finds nothing (RFC 7644 §3.4.2).

import type { JsonObject } from '../json.ts';

const LIST_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** One page of a list. */
export interface ListPage {
  /** After projection, in order. */
  readonly resources: readonly JsonObject[];
  /** Of all pages. */
  readonly totalResults: number;
  /** As the client sent it, at least 1; undefined on a page requested with a cursor. */
  readonly startIndex?: number;
  /** RFC 9865 §2; undefined on the last page. */
  readonly nextCursor?: string;
  /** RFC 9865 §2; undefined on the first page. */
  readonly previousCursor?: string;
}

/** The ListResponse of a page. */
export const listResponse = ({
  resources,
  totalResults,
  startIndex,
  nextCursor,
  previousCursor,
}: ListPage): JsonObject => ({
  schemas: [LIST_RESPONSE_SCHEMA],
  totalResults,
  ...(startIndex !== undefined && { startIndex }),
  itemsPerPage: resources.length,
  ...(nextCursor !== undefined && { nextCursor }),
  ...(previousCursor !== undefined && { previousCursor }),
  Resources: resources,
});
