// Faults that the fuzzer's own tests plant between it and the handlers: it has to find each.

import type { Door } from './door.ts';
import { readMessage } from './judge.ts';
import { bodyTextOf, type FuzzRequest } from './request.ts';
import { treeOf } from './tree.ts';
import type { Wrap } from './world.ts';

const refused = (status: number, text: string) => ({
  status,
  headers: { 'content-type': 'application/scim+json' },
  text,
  milliseconds: 1,
});

const isPatchOfUser = ({ method, path }: FuzzRequest) => method === 'PATCH' && path.startsWith('/Users/');

/** By name: what each does. */
export const plants: Readonly<Record<string, Wrap>> = {
  none: (door) => door,

  /** A list in a list is a 500. */
  failure: (door) => async (request) =>
    /\[\[/.test(bodyTextOf(request) ?? '') ? refused(500, '{}') : door(request),

  /** Whatever is refused with 404 is refused without SCIM's schema. */
  shapeless: (door) => async (request) => {
    const answer = await door(request);
    return answer.status === 404 ? { ...answer, text: '{"message":"Not Found"}' } : answer;
  },

  /** A PATCH that is refused has written something before. */
  halfWritten: (door) => async (request) => {
    const answer = await door(request);
    if (isPatchOfUser(request) && answer.status === 400) await writeTitle(door, request);
    return answer;
  },

  /** A creation is answered with what was not stored. */
  notStored: (door) => async (request) => {
    const answer = await door(request);
    if (request.method !== 'POST' || answer.status !== 201) return answer;
    return { ...answer, text: JSON.stringify({ ...readMessage(answer.text), externalId: 'never stored' }) };
  },

  /** A user who was given an escaped character cannot be read any more. */
  unreadable: (door) => {
    const lost = new Set<string>();
    return async (request) => {
      if (request.method === 'GET' && lost.has(request.path)) return refused(400, '{}');
      const answer = await door(request);
      if (isPatchOfUser(request) && answer.status === 200 && (bodyTextOf(request) ?? '').includes('\\'))
        lost.add(request.path);
      return answer;
    };
  },

  /** Every PATCH of a user changes it. */
  restless: (door) => async (request) => {
    if (isPatchOfUser(request)) await writeTitle(door, request);
    return door(request);
  },
};

let titles = 0;

const writeTitle = (door: Door, { path }: FuzzRequest) =>
  door({
    method: 'PATCH',
    path,
    query: [],
    headers: {},
    body: treeOf({ Operations: [{ op: 'replace', path: 'title', value: `title ${++titles}` }] }),
  });

export const plantNamed = (name: string): Wrap => {
  const plant = Object.hasOwn(plants, name) ? plants[name] : undefined;
  if (!plant) throw new Error(`FUZZ_PLANT is one of ${Object.keys(plants).join(', ')}.`);
  return plant;
};
