// Makes a failing request smaller for as long as it fails in the same way.

import { bodyTextOf, type FuzzRequest } from './request.ts';
import { changeAt, childrenOf, placesOf, stringOf, subtreeAt, type Tree } from './tree.ts';

/** Whether a request still fails in the same way, played in a world of its own. */
export type StillFails = (request: FuzzRequest) => Promise<boolean>;

/** At most so many smaller requests are tried. */
const MAX_TRIES = 250;

export const shrink = async (request: FuzzRequest, stillFails: StillFails): Promise<FuzzRequest> => {
  let smallest = request;
  let tries = 0;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of smallerThan(smallest)) {
      if (++tries > MAX_TRIES) return smallest;
      if (!(await stillFails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
};

const without = (headers: FuzzRequest['headers'], name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));

/** Requests with something less, those that lack most first. */
function* smallerThan(request: FuzzRequest): Generator<FuzzRequest> {
  const { headers, query, body } = request;
  if (Object.keys(headers).length > 1) yield { ...request, headers: {} };
  for (const name of Object.keys(headers)) yield { ...request, headers: without(headers, name) };
  if (query.length > 1) yield { ...request, query: [] };
  for (const [at, [name, value]] of query.entries()) {
    yield { ...request, query: query.toSpliced(at, 1) };
    for (const text of shorter(value)) yield { ...request, query: query.with(at, [name, text]) };
  }
  if (body !== undefined) yield { ...request, body: undefined };
  if (typeof body === 'object') for (const tree of smallerTrees(body)) yield { ...request, body: tree };
  else if (body !== undefined)
    for (const text of shorter(bodyTextOf(request) ?? '')) yield { ...request, body: text };
  for (const path of shorter(request.path)) if (path.startsWith('/')) yield { ...request, path };
}

function* smallerTrees(root: Tree): Generator<Tree> {
  for (const place of placesOf(root)) {
    const tree = subtreeAt(root, place);
    if ('text' in tree) continue;
    const children = childrenOf(tree);
    const half = Math.ceil(children.length / 2);
    if (half > 1) {
      yield changeAt(root, place, () => partOf(tree, 0, half));
      yield changeAt(root, place, () => partOf(tree, half));
    }
    for (const at of children.keys())
      yield changeAt(root, place, () =>
        'items' in tree
          ? { items: tree.items.toSpliced(at, 1) }
          : { entries: entriesOf(tree).toSpliced(at, 1) },
      );
  }
  for (const place of placesOf(root)) {
    const tree = subtreeAt(root, place);
    for (const child of childrenOf(tree)) yield changeAt(root, place, () => child);
    const value = stringOf(tree);
    if (value !== undefined)
      for (const text of shorter(value)) yield changeAt(root, place, () => ({ text: JSON.stringify(text) }));
  }
}

const partOf = (tree: Tree, from: number, to?: number): Tree =>
  'items' in tree ? { items: tree.items.slice(from, to) } : { entries: entriesOf(tree).slice(from, to) };

const entriesOf = (tree: Tree) => ('entries' in tree ? tree.entries : []);

function* shorter(text: string): Generator<string> {
  if (text.length < 2 || /^\{\{\w+\}\}$/.test(text)) return;
  const half = Math.ceil(text.length / 2);
  yield text.slice(0, half);
  yield text.slice(half);
  if (text.length > 60) return;
  for (let at = 0; at < text.length; at++) yield text.slice(0, at) + text.slice(at + 1);
}
