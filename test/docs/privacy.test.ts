// docs/privacy.md names every kind of item that a tenant has, and no other.

import { expect, test } from '@jest/globals';
import { itemKinds, linkKinds } from '../../lambdas/operations/item-kinds.ts';
import { read, rowsOf, sectionOf } from './markdown.ts';

test('the page has every kind of item once', () => {
  const rows = rowsOf(sectionOf(read('docs/privacy.md'), 'Items of the table'));
  const kinds = [...itemKinds, ...linkKinds].map(({ name }) => name);
  expect(rows.map(([kind]) => kind).toSorted()).toEqual(kinds.toSorted());
  for (const cells of rows) expect(cells.map((cell) => cell !== '')).toEqual([true, true, true]);
});
