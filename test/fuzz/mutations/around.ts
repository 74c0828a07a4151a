// Mutations of what is around a body: method, path, query and headers.

import type { Random } from '../random.ts';
import type { FuzzRequest } from '../request.ts';
import { anyFilter, bendFilter } from './filters.ts';
import { anyText, attributeNames, bendName, bendText, longText, oddNames, oddNumbers } from './texts.ts';

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'get',
  'patch',
  'X',
];

export const bendMethod = (random: Random, request: FuzzRequest): FuzzRequest => ({
  ...request,
  method: random.chance(0.25) ? 'HEAD' : random.pick(METHODS),
});

const encode = (text: string) => encodeURIComponent(text.toWellFormed());

const segmentFor = (random: Random): string =>
  random.pick([
    () => encode(anyText(random)),
    () => random.pick(oddNames),
    () =>
      random.pick([
        'Users',
        'Groups',
        'Things',
        'Bulk',
        'Schemas',
        'ResourceTypes',
        'Me',
        '.search',
        'users',
        'v2',
      ]),
    () => random.pick(['%', '%00', '%2F', '%2f..%2f', '%ED%A0%80', '%C3', '..', '.', '%2e%2e', '~', '$ref']),
    () => random.pick(['{{user1}}', '{{group1}}', '{{thing1}}']),
    () => encode(longText(random)),
  ])();

const SLASH = '/';

export const bendPath = (random: Random, request: FuzzRequest): FuzzRequest => {
  const segments = request.path.split(SLASH);
  const at = random.below(segments.length);
  const segment = segments[at] ?? '';
  const bent = random.pick([
    () => segments.with(at, segmentFor(random)),
    () => segments.toSpliced(at, 0, segmentFor(random)),
    () => segments.toSpliced(at, 1),
    () => [...segments, segmentFor(random)],
    () => [...segments, ''],
    () => segments.toSpliced(at, 0, ''),
    () => segments.with(at, segment.toLowerCase()),
    () => segments.with(at, segment.startsWith('{{') ? segment : segment.toUpperCase()),
    () => segments.with(at, `${segment}${random.pick(['%20', '%3F', ';x=1', ':', '%0A', '.json'])}`),
    () => [...segments, '.search'],
  ])();
  const path = bent.join(SLASH);
  return { ...request, path: path.startsWith(SLASH) ? path : `/${path}` };
};

const madeUpCursor = (random: Random) =>
  btoa(
    JSON.stringify([
      Date.now() + 60_000,
      random.pick([20, 0, -1, 1.5]),
      random.pick(['', 'x', '~', '\u00ff']),
    ]),
  );

const parameterFor = (random: Random): [string, string] =>
  random.pick<() => [string, string]>([
    () => ['filter', anyFilter(random)],
    () => ['filter', `${random.pick(attributeNames)} eq ${JSON.stringify(anyText(random))}`],
    () => ['filter', anyText(random)],
    () => [
      'sortBy',
      random.chance(0.5) ? random.pick(attributeNames) : bendName(random, random.pick(attributeNames)),
    ],
    () => ['sortOrder', random.pick(['ascending', 'descending', 'DESCENDING', 'up', ''])],
    () => ['startIndex', random.pick([...oddNumbers, '', 'x', '1,2', ' 1', '1001'])],
    () => ['count', random.pick([...oddNumbers, '', 'x', '1000', '1001'])],
    () => ['cursor', random.pick(['', 'x', anyText(random), madeUpCursor(random)])],
    () => [
      'attributes',
      random.pick([...attributeNames, 'emails[type eq "work"]', 'userName,,id', anyText(random)]),
    ],
    () => [
      'attributes',
      Array.from({ length: random.pick([2, 5, 300]) }, () => random.pick(attributeNames)).join(','),
    ],
    () => ['excludedAttributes', random.pick([...attributeNames, ...oddNames])],
    () => [random.pick([...oddNames, 'FILTER', 'aadOptscim062020', 'Count']), anyText(random)],
  ])();

export const bendQuery = (random: Random, request: FuzzRequest): FuzzRequest => {
  const { query } = request;
  if (query.length === 0 || random.chance(0.5))
    return { ...request, query: [...query, parameterFor(random)] };
  const at = random.below(query.length);
  const [name, value] = query[at] ?? ['', ''];
  const isFilter = name.toLowerCase() === 'filter';
  const bent = random.pick<() => FuzzRequest['query']>([
    () => query.with(at, [name, isFilter ? bendFilter(random, value) : bendText(random, value)]),
    () => query.with(at, [name, isFilter ? bendFilter(random, value) : bendText(random, value)]),
    () => query.with(at, parameterFor(random)),
    () => query.toSpliced(at, 1),
    () => query.with(at, [bendName(random, name), value]),
    () => [...query, [name, bendText(random, value)]],
  ])();
  return { ...request, query: bent };
};

const headerFor = (random: Random): [string, string] =>
  random.pick<() => [string, string]>([
    () => [
      'Content-Type',
      random.pick([
        'application/json',
        'application/scim+json; charset=utf-8',
        'application/scim+json; charset="UTF-8"',
        'application/json;charset=ISO-8859-1',
        'application/json; charset=utf-16',
        'text/plain',
        'text/xml; charset=us-ascii',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        '',
        ';',
        'application/json; charset=',
        'application/json; charset',
      ]),
    ],
    () => ['Content-Encoding', random.pick(['gzip', 'identity', 'br', 'deflate, gzip', ''])],
    () => [
      'If-Match',
      random.pick(['*', '', 'W/"1"', '"1"', 'W/"0"', 'W/"1", W/"2"', 'x', '"', 'W/""', longText(random)]),
    ],
    () => ['If-None-Match', random.pick(['*', '', 'W/"1"', '"1"', 'W/"1", W/"2"', '"', ',,'])],
    () => ['Accept', random.pick(['application/json', '*/*', 'text/html', '', 'application/xml;q=0', 'x'])],
    () => ['X-HTTP-Method-Override', random.pick(['PATCH', 'DELETE'])],
    () => ['Prefer', 'return=minimal'],
    () => ['Accept-Encoding', 'gzip'],
    () => ['Content-Length', '0'],
  ])();

export const bendHeaders = (random: Random, request: FuzzRequest): FuzzRequest => {
  const [name, value] = headerFor(random);
  return {
    ...request,
    headers: { ...request.headers, [random.chance(0.3) ? name.toLowerCase() : name]: value },
  };
};
