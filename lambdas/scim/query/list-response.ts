// The answer to every query, also to one that finds nothing (RFC 7644 §3.4.2).

import type { JsonObject } from '../json.ts';

export const LIST_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

export interface ListPage {
  /** Projected, in order. */
  readonly resources: readonly JsonObject[];
  /** Of all pages. */
  readonly totalResults: number;
  /** As the client sent it, at least 1; left out of a page that a cursor asked for. */
  readonly startIndex?: number;
  /** RFC 9865 §2: left out of the last page and the first page. */
  readonly nextCursor?: string;
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
