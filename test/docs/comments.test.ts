// The files that comments name exist: by their path from the root, from a top-level folder, or beside the comment.

import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { read, root } from './markdown.ts';

const NAMED = /(?<![\w./@:-])((?:[\w.-]+\/)*[\w.-]+\.(?:ts|md))\b/g;
const FOLDERS = ['', 'lambdas', 'lib', 'bin', 'test', 'docs', 'bin/local', 'bin/scim', 'test/dialogues'];

const exists = (name: string, file: string): boolean =>
  [...FOLDERS, dirname(file)].some((folder) => existsSync(join(root, folder, name)));

test('no comment names a file that is not there', () => {
  const files = globSync('{lambdas,lib,bin,test}/**/*.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(500);
  const stale = files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => {
        const [, comment = ''] = /^\s*(?:\/\/|\/\*\*|\*)(.*)/.exec(line) ?? [];
        const names = Array.from(comment.matchAll(NAMED), ([, name = '']) => name);
        return names.filter((name) => !exists(name, file)).map((name) => `${file}:${index + 1} ${name}`);
      }),
  );
  expect(stale).toEqual([]);
});
