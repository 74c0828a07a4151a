// Reads a whole list page by page, as the two kinds of clients do: up to `totalResults`, or as long as there is a cursor.

import type { Message, ScimClient } from '../support/scim-client.ts';

export type Walk = (client: ScimClient) => AsyncGenerator<Message, void, void>;

const PAGE = 100;

const walkPages = (first: string, next: (page: Message) => string | undefined): Walk =>
  async function* (client) {
    for (let query: string | undefined = first; query !== undefined; ) {
      const { status, body } = await client.get(`/Users?count=${PAGE}&${query}`);
      if (status !== 200) throw new Error(`${query}: ${status} ${body.detail}`);
      query = next(body);
      yield body;
    }
  };

export const byStartIndex = walkPages('startIndex=1', ({ startIndex, itemsPerPage, totalResults }) =>
  startIndex + itemsPerPage <= totalResults ? `startIndex=${startIndex + itemsPerPage}` : undefined,
);

export const byCursor = walkPages('cursor=', ({ nextCursor }) =>
  typeof nextCursor === 'string' ? `cursor=${encodeURIComponent(nextCursor)}` : undefined,
);
