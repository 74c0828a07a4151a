// How far a command is, for whoever watches a terminal.

import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { progressBar } from '../../../../bin/scim/command/progress-bar.ts';

test('a terminal has a bar that grows and goes', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  const bar = progressBar(stream, 'tenants');
  bar?.show(500, 2000);
  expect(String(stream.read())).toContain('██████░░░░░░░░░░░░░░░░░░ 500/2000 tenants');
  bar?.clear();
  expect(String(stream.read())).toBe('\r\x1b[2K');
});

test('a file or a pipe has none', () => {
  expect(progressBar(new PassThrough(), 'tenants')).toBeUndefined();
});
