// JSON as it is written, not as it is read: a tree can have a key twice, `1e400`, `-0` and `__proto__`.

import type { Json } from '../../lambdas/scim/json.ts';

/** A scalar by its text (`"x"`, `1e400`), a list, or an object by its entries in order. */
export type Tree =
  | { readonly text: string }
  | { readonly items: readonly Tree[] }
  | { readonly entries: readonly Entry[] };

export type Entry = readonly [name: string, value: Tree];

export const treeOf = (value: Json): Tree => {
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null)
    return { entries: Object.entries(value).map(([name, inner]): Entry => [name, treeOf(inner)]) };
  return { text: JSON.stringify(value) };
};

/** As it is sent. */
export const textOf = (tree: Tree): string => {
  if ('text' in tree) return tree.text;
  if ('items' in tree) return `[${tree.items.map(textOf).join(',')}]`;
  return `{${tree.entries.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`;
};

/** Where a subtree is: indexes of items or entries, from the root. */
export type Place = readonly number[];

export const childrenOf = (tree: Tree): readonly Tree[] => {
  if ('items' in tree) return tree.items;
  return 'entries' in tree ? tree.entries.map(([, value]) => value) : [];
};

/** The places of all subtrees, the root's first. */
export const placesOf = (tree: Tree): Place[] => [
  [],
  ...childrenOf(tree).flatMap((child, index) => placesOf(child).map((place) => [index, ...place])),
];

export const subtreeAt = (tree: Tree, place: Place): Tree =>
  place.reduce((inner, index) => childrenOf(inner)[index] ?? inner, tree);

/** The tree with `change` made to what is at `place`. */
export const changeAt = (tree: Tree, [index, ...rest]: Place, change: (subtree: Tree) => Tree): Tree => {
  if (index === undefined) return change(tree);
  if ('items' in tree)
    return { items: tree.items.map((item, at) => (at === index ? changeAt(item, rest, change) : item)) };
  if ('entries' in tree)
    return {
      entries: tree.entries.map(
        (entry, at): Entry => (at === index ? [entry[0], changeAt(entry[1], rest, change)] : entry),
      ),
    };
  return tree;
};

/** The text of a string, or undefined. */
export const stringOf = (tree: Tree): string | undefined => {
  if (!('text' in tree) || !tree.text.startsWith('"')) return undefined;
  return JSON.parse(tree.text) as string;
};
