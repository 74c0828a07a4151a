// Account Discovery and the gallery's pagination test (entra-client.md 5.3, 6.2): index paging over everything, while
// nothing changes, shows each resource exactly once.

import type { Cycle } from '../cycle.ts';
import { listing } from '../cycle.ts';
import { provisioned } from '../directory.ts';
import type { Kind } from '../expectations.ts';
import type { Phase } from './phase.ts';

const GALLERY_COUNT = 5;
const GALLERY_PAGES = 4;

/** One user, then all pages of users and of groups, and the gallery's pages. */
export const accountDiscovery: Phase = {
  name: 'account discovery',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users).map(({ id }) => id);
    const groups = provisioned(cycle.directory.groups).map(({ id }) => id);
    await page(cycle, 'Users', 1, 1);
    await cycle.each(
      [
        () => walk(cycle, 'Users', 100, users),
        () => walk(cycle, 'Groups', 7, groups),
        () => gallery(cycle, Math.min(GALLERY_PAGES, Math.floor(users.length / GALLERY_COUNT))),
      ],
      (step) => step(),
    );
  },
};

const page = async (cycle: Cycle, kind: Kind, startIndex: number, count: number) => {
  const withoutMembers = kind === 'Groups';
  const query: Record<string, string> = {
    ...(withoutMembers && { excludedAttributes: 'members' }),
    startIndex: String(startIndex),
    count: String(count),
  };
  const expected = { kind, status: [200], list: true, withoutMembers };
  const answer = listing(await cycle.send({ method: 'GET', path: `/${kind}`, query }, expected));
  const echo = (answer.exchange.json as { startIndex?: unknown }).startIndex;
  cycle.check('startIndex is the one that was asked for', echo === startIndex, answer.exchange, {
    startIndex,
    echo,
  });
  cycle.check('a page has at most count resources', answer.resources.length <= count, answer.exchange, count);
  return answer;
};

const walk = async (cycle: Cycle, kind: Kind, count: number, mine: readonly string[]): Promise<void> => {
  const seen: string[] = [];
  const first = await page(cycle, kind, 1, count);
  seen.push(...first.resources.map(({ id }) => String(id)));
  const { totalResults } = first;
  for (let startIndex = 1 + count; startIndex <= totalResults; startIndex += count) {
    const next = await page(cycle, kind, startIndex, count);
    const { exchange } = next;
    cycle.check('totalResults stays while nothing changes', next.totalResults === totalResults, exchange, [
      totalResults,
      next.totalResults,
    ]);
    const full = Math.min(count, totalResults - startIndex + 1);
    cycle.check(
      'only the last page is short',
      next.resources.length === full,
      exchange,
      next.resources.length,
    );
    seen.push(...next.resources.map(({ id }) => String(id)));
  }
  const past = await page(cycle, kind, totalResults + 1, count);
  cycle.check(
    'a page past the end is empty',
    past.resources.length === 0,
    past.exchange,
    past.resources.length,
  );
  const unique = new Set(seen);
  cycle.check(
    'paging shows nothing twice',
    unique.size === seen.length,
    past.exchange,
    seen.length - unique.size,
  );
  cycle.check('totalResults is the number of resources', unique.size === totalResults, past.exchange, {
    totalResults,
    seen: unique.size,
  });
  const missed = mine.filter((id) => !unique.has(id));
  cycle.check('paging misses nothing', missed.length === 0, past.exchange, { missed: missed.slice(0, 5) });
};

/** At least two pages of five, startIndex exactly page × 5 + 1, nothing on two of them. */
const gallery = async (cycle: Cycle, pages: number): Promise<void> => {
  const seen = new Set<string>();
  for (let number = 0; number < pages; number += 1) {
    const { exchange, resources } = await page(cycle, 'Users', number * GALLERY_COUNT + 1, GALLERY_COUNT);
    const fresh = resources.filter(({ id }) => !seen.has(String(id)));
    cycle.check('a page of five has five new users', fresh.length === GALLERY_COUNT, exchange, fresh.length);
    for (const { id } of fresh) seen.add(String(id));
  }
};
