// docs/architecture.md lists the rooms of lambdas/ as they are, and their imports as the linter allows them.

import { globSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import biome from '../../biome.json' with { type: 'json' };
import { codeOf, read, root, rowsOf, sectionOf } from './markdown.ts';

const section = sectionOf(read('docs/architecture.md'), 'Rooms').split('\n### ')[1] ?? '';
const rooms = rowsOf(section).map(([room = '', purpose = '', imports = '']) => ({
  room: codeOf(room)[0]?.replace('/', '') ?? '',
  purpose,
  imports: codeOf(imports),
}));
const names = rooms.map(({ room }) => room);

test('every room is listed, and says what it is for', () => {
  expect(names.toSorted()).toEqual(readdirSync(join(root, 'lambdas')).toSorted());
  expect(rooms.filter(({ purpose }) => purpose.length < 20)).toEqual([]);
});

test('a room imports from below, but for one file', () => {
  const upwards = rooms.flatMap(({ room, imports }, place) =>
    imports.filter((name) => names.indexOf(name) <= place).map((name) => `${room} ${name}`),
  );
  expect(upwards).toEqual(['table tenants']);
});

describe.each(rooms)('$room', ({ room, imports }) => {
  test('imports what the linter says that it may', () => {
    const [, list = ''] = new RegExp(`lambdas/${room} imports ([^:]+): `).exec(JSON.stringify(biome)) ?? [];
    const allowed = list === 'only itself' ? [] : list.replaceAll(/\/\S+\.ts/g, '').split(/, | and /);
    expect(imports.toSorted()).toEqual(allowed.toSorted());
  });

  test('imports nothing else', () => {
    const found = globSync(`lambdas/${room}/**/*.ts`, { cwd: root }).flatMap((file) =>
      Array.from(read(file).matchAll(/ from '(\.[^']+)'/g), ([, path = '']) =>
        normalize(join(dirname(file), path)),
      ).map((path) => path.split('/')[1] ?? ''),
    );
    expect([...new Set(found)].filter((name) => name !== room && !imports.includes(name))).toEqual([]);
  });
});
