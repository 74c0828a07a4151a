// docs/architecture.md lists the rooms of lambdas/ and lib/ as they are, and their imports as the linter allows them.

import { globSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import rooms from '../../biome.rooms.json' with { type: 'json' };
import { codeOf, read, root, rowsOf, sectionOf } from './markdown.ts';

const linter = JSON.stringify(rooms);
const tables = sectionOf(read('docs/architecture.md'), 'Rooms').split('\n### ');

/** The rooms that the page lists below `folder`, from the top to the bottom. */
const roomsOf = (folder: string) =>
  rowsOf(tables.find((text) => text.startsWith(`${folder}/\n`)) ?? '').map(
    ([room = '', purpose = '', imports = '']) => ({
      room: codeOf(room)[0]?.replace('/', '') ?? '',
      purpose,
      imports: codeOf(imports),
    }),
  );

/** The rooms that the linter's message names. */
const allowedIn = (folder: string, room: string): readonly string[] => {
  const [, list = ''] = new RegExp(`${folder}/${room} imports ([^:]+): `).exec(linter) ?? [];
  return list === 'only itself' ? [] : list.replaceAll(/\/\S+\.ts| \([^)]*\)/g, '').split(/, | and /);
};

/** The rooms whose files a room imports; another top-level folder counts as one. */
const importsOf = (folder: string, room: string): readonly string[] =>
  globSync(`${folder}/${room}/**/*.ts`, { cwd: root })
    .flatMap((file) =>
      Array.from(read(file).matchAll(/(?: from |import\()'(\.[^']+)'/g), ([, path = '']) =>
        normalize(join(dirname(file), path)),
      ),
    )
    .map((path) => path.split('/'))
    .map(([top = '', below = '']) => (top === folder ? below : top));

describe.each([
  ['lambdas', []],
  ['lib', []],
])('%s/', (folder, exceptions) => {
  const rooms = roomsOf(folder);
  const names = rooms.map(({ room }) => room);

  test('has the rooms that are listed, each with what it is for', () => {
    const folders = readdirSync(join(root, folder)).filter((name) =>
      statSync(join(root, folder, name)).isDirectory(),
    );
    expect(names.toSorted()).toEqual(folders.toSorted());
    expect(rooms.filter(({ purpose }) => purpose.length < 20)).toEqual([]);
  });

  test('imports from below, but for exceptions', () => {
    const upwards = rooms.flatMap(({ room, imports }, place) =>
      imports.filter((name) => names.slice(0, place + 1).includes(name)).map((name) => `${room} ${name}`),
    );
    expect(upwards).toEqual(exceptions);
  });

  describe.each(rooms)('$room', ({ room, imports }) => {
    test('imports what the linter says that it may', () => {
      expect(imports.toSorted()).toEqual(allowedIn(folder, room).toSorted());
    });

    test('imports nothing else', () => {
      const found = new Set(importsOf(folder, room));
      expect([...found].filter((name) => name !== room && !imports.includes(name))).toEqual([]);
    });
  });
});
