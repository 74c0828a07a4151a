// No function is deployed without its bundle.

import { expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib/core';
import { codeOf } from '../../../lib/bundles/code.ts';
import { scimTemplate } from '../../../lib/scim-app.ts';

test('a bundle that is missing ends a synthesis with a sentence that says what to do', () => {
  const stack = new Stack(new App());
  expect(() => codeOf(stack, 'lambdas/handlers/nobody.ts')).toThrow(
    /^\S+bundles\/nobody has no bundle of lambdas\/handlers\/nobody\.ts: `npm run bundle` builds it\.$/,
  );
});

test('a template for what never deploys it needs no bundles, and its functions only fail', () => {
  const { Resources } = scimTemplate();
  const functions = Object.values(Resources).filter(({ Metadata }) => Metadata?.['scim:entry'] !== undefined);
  expect(functions.length).toBeGreaterThan(0);
  for (const { Properties } of functions) {
    expect(Properties?.Code).toEqual({ ZipFile: `throw new Error('Synthesized without bundles.');` });
  }
});
