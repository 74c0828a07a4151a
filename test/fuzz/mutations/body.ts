// Mutations of a JSON body: of one subtree, of an object's keys, or of the text as a whole.

import type { Random } from '../random.ts';
import {
  changeAt,
  childrenOf,
  type Entry,
  type Place,
  placesOf,
  stringOf,
  subtreeAt,
  type Tree,
  textOf,
  treeOf,
} from '../tree.ts';
import { bendFilter } from './filters.ts';
import { anyText, attributeNames, bendName, bendText, oddNames, oddNumbers } from './texts.ts';

const text = (value: string): Tree => ({ text: JSON.stringify(value) });
const list = (...items: readonly Tree[]): Tree => ({ items });
const object = (...entries: readonly Entry[]): Tree => ({ entries });

const nested = (levels: number, inner: Tree): Tree => {
  let tree = inner;
  for (let level = 0; level < levels; level++) tree = level % 2 ? list(tree) : object(['a', tree]);
  return tree;
};

const operation = (random: Random): Tree =>
  object(
    ['op', text(random.pick(['add', 'replace', 'remove', 'Add', 'Replace', 'REMOVE', 'move', '']))],
    [
      'path',
      text(random.chance(0.5) ? random.pick(attributeNames) : bendName(random, random.pick(attributeNames))),
    ],
    ['value', anyTree(random, 2)],
  );

/** Some JSON, most of it like what SCIM has. */
export const anyTree = (random: Random, depth = 2): Tree => {
  const inner = () => anyTree(random, depth - 1);
  const name = () => random.pick(random.chance(0.7) ? attributeNames : oddNames);
  const scalars = [
    () => text(anyText(random)),
    () => ({ text: random.pick(oddNumbers) }),
    () => ({ text: random.pick(['null', 'true', 'false']) }),
    () => list(),
    () => object(),
  ];
  if (depth <= 0) return random.pick(scalars)();
  return random.pick([
    ...scalars,
    () => list(inner()),
    () => list(inner(), inner()),
    () => object([name(), inner()]),
    () => object(['value', inner()]),
    () => object(['value', inner()], ['type', text('work')], ['primary', { text: 'true' }]),
    () => object([name(), inner()], [name(), inner()]),
  ])();
};

type Bend = (random: Random, tree: Tree, root: Tree) => Tree;

const bends: readonly Bend[] = [
  (random) => anyTree(random),
  (random) => anyTree(random, 0),
  (random) => ({ text: random.pick(oddNumbers) }),
  (random) =>
    random.pick([text(''), { text: 'null' }, list(), object(), list(object()), list({ text: 'null' })]),
  (_, tree) => list(tree),
  (_, tree) => list(tree, tree),
  (_, tree) => list(list(tree)),
  (_, tree) => object(['value', tree]),
  (_, tree) => list(object(['value', tree])),
  (random, tree) => object([random.pick(oddNames), tree]),
  (_, tree) => text(textOf(tree)),
  (random, tree) => nested(random.pick([3, 29, 31, 33, 500]), tree),
  // The other way round: what was inside takes the place of what is around it.
  (random, tree) => (childrenOf(tree).length > 0 ? random.pick(childrenOf(tree)) : anyTree(random, 1)),
  (random, _, root) => subtreeAt(root, random.pick(placesOf(root))),
];

const bendEntries: readonly ((random: Random, entries: readonly Entry[]) => readonly Entry[])[] = [
  (random, entries) => entries.toSpliced(random.below(entries.length + 1), 1),
  // A key twice, with two values.
  (random, entries) =>
    entries.length === 0 ? entries : [...entries, [random.pick(entries)[0], anyTree(random)]],
  (random, entries) =>
    entries.length === 0 ? entries : [...entries, [random.pick(entries)[0].toUpperCase(), anyTree(random)]],
  (random, entries) => [...entries, [random.pick(attributeNames), anyTree(random)]],
  (random, entries) => [...entries, [random.pick(oddNames), anyTree(random)]],
  (random, entries) => [...entries, [bendName(random, random.pick(attributeNames)), anyTree(random)]],
  (random, entries) => bendKey(random, entries, bendName),
  (random, entries) => bendKey(random, entries, (choice) => choice.pick(oddNames)),
  (random, entries) => bendKey(random, entries, (choice) => anyText(choice)),
];

const bendKey = (
  random: Random,
  entries: readonly Entry[],
  bend: (random: Random, name: string) => string,
): readonly Entry[] => {
  const chosen = random.below(entries.length);
  return entries.map(([name, value], at): Entry => [at === chosen ? bend(random, name) : name, value]);
};

const bendItems: readonly ((random: Random, items: readonly Tree[]) => readonly Tree[])[] = [
  (random, items) => (items.length === 0 ? items : [...items, random.pick(items)]),
  (random, items) => items.toSpliced(random.below(items.length + 1), 1),
  (random, items) => items.toReversed().concat(anyTree(random)),
  (random, items) => [...items, operation(random)],
  (random, items) => (items.length === 0 ? items : Array.from({ length: 60 }, () => random.pick(items))),
];

/** What is likely to be a PATCH path or a filter is bent as one. */
const looksLikePath = (value: string) => /[[\]:.]| eq | pr|^\w+$/.test(value);

const bendString = (random: Random, value: string): string =>
  looksLikePath(value) && random.chance(0.6)
    ? random.pick([bendFilter, bendName, (choice: Random) => choice.pick(attributeNames)])(random, value)
    : bendText(random, value);

/** One change, somewhere in the body. */
export const bendTree = (random: Random, root: Tree): Tree => {
  const places = placesOf(root);
  const place: Place = random.pick(places);
  return changeAt(root, place, (tree) => {
    if (random.chance(0.35)) return random.pick(bends)(random, tree, root);
    if ('entries' in tree) return { entries: random.pick(bendEntries)(random, tree.entries) };
    if ('items' in tree) return { items: random.pick(bendItems)(random, tree.items) };
    const value = stringOf(tree);
    return value === undefined ? random.pick(bends)(random, tree, root) : text(bendString(random, value));
  });
};

/** The body as a text that no tree has. */
export const bendBodyText = (random: Random, body: string): string => {
  const at = random.below(body.length + 1);
  return random.pick([
    () => body.slice(0, at),
    () => `\ufeff${body}`,
    () =>
      body.slice(0, at) +
      random.pick([',', '\u0000', '"', '\\ud800', '\ud800', '}', ' ', 'NaN', '//']) +
      body.slice(at),
    () => body.replace(/"([^"]*)"/, "'$1'"),
    () => `${body}${body}`,
    () => `[${body}]`,
    () => JSON.stringify(body),
    () => ' ',
    () => 'null',
    () => `/*x*/${body}`,
    () => `${'['.repeat(20_000)}`,
  ])();
};

/** Where a request that has none gets a body. */
export const inventBody = (random: Random): Tree =>
  random.chance(0.5)
    ? anyTree(random, 3)
    : random.pick([
        object(
          ['schemas', treeOf(['urn:ietf:params:scim:api:messages:2.0:PatchOp'])],
          ['Operations', list(operation(random))],
        ),
        object(['userName', anyTree(random, 1)]),
        object(['displayName', anyTree(random, 1)], ['members', anyTree(random, 2)]),
        object(['label', anyTree(random, 1)], [random.pick(attributeNames), anyTree(random, 2)]),
        object(['filter', text(bendFilter(random, 'userName eq "x"'))]),
      ]);
