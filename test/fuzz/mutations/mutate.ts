// One case: a valid request with a few changes.

import type { Random } from '../random.ts';
import { bodyTextOf, type FuzzRequest } from '../request.ts';
import { bendHeaders, bendMethod, bendPath, bendQuery } from './around.ts';
import { bendBodyText, bendTree, inventBody } from './body.ts';

const bendBody = (random: Random, request: FuzzRequest): FuzzRequest => {
  const { body } = request;
  if (body === undefined) return { ...request, body: inventBody(random) };
  if (typeof body === 'string' || random.chance(0.03))
    return { ...request, body: bendBodyText(random, bodyTextOf(request) ?? '') };
  return { ...request, body: bendTree(random, body) };
};

/** Bodies are where most can be wrong, and queries where there is no body. */
const bendSomething = (random: Random, request: FuzzRequest): FuzzRequest => {
  const part = random.below(100);
  if (part < 4) return bendMethod(random, request);
  if (part < 10) return bendPath(random, request);
  if (part < 15) return bendHeaders(random, request);
  if (request.body === undefined) return part < 92 ? bendQuery(random, request) : bendBody(random, request);
  return part < 20 ? bendQuery(random, request) : bendBody(random, request);
};

/** The request of one case; one in thirty stays valid. */
export const makeCase = (random: Random, corpus: readonly (readonly FuzzRequest[])[]): FuzzRequest => {
  let request = random.pick(random.pick(corpus));
  const changes = random.chance(1 / 30) ? 0 : 1 + random.below(random.pick([1, 2, 4]));
  for (let change = 0; change < changes; change++) request = bendSomething(random, request);
  return request;
};
