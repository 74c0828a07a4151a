// cdk-nag's AwsSolutions rules over everything that can be deployed. A finding is fixed, or acknowledged in lib/ beside
// the resource it is about.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { scimApp } from '../../lib/scim-app.ts';
import type { ScimStack } from '../../lib/scim-stack.ts';
import { everythingSet, nothingSet } from './every-setting.ts';

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string }[] }[];
}

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'scim-nag-'));
  jest.spyOn(console, 'error').mockImplementation(() => {}); // CDK prints findings; the assertion names them
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true });
});

/** The rules that the stack breaks without an acknowledgement. */
const findings = (settings: Record<string, unknown>, change: (stack: Stack) => void = () => {}): string[] => {
  const { app, stack } = scimApp({
    outdir,
    context: settings,
    deployable: false,
    builtinCloudFormationValidation: false,
  });
  change(stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error;
  }
  const report: Report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
};

test.each([
  // Who is to hear of alarms nobody can know but the operator, who is warned until it is set.
  ['nothing set', nothingSet, ['Annotation::scim:nobodyHearsAlarms']],
  ['everything set', everythingSet, []],
])('with %s there is no other finding that is not acknowledged', (_, settings, expected) => {
  expect(findings(settings)).toEqual(expected);
});

test('an app that subscribes to the topic of the alarms is not warned', () => {
  const subscribed = findings(nothingSet, (stack) => {
    (stack as ScimStack).endpoint.alarmTopic?.addSubscription(new EmailSubscription('ops@example.com'));
  });
  expect(subscribed).toEqual([]);
});

test('a resource against the rules is a finding', () => {
  expect(findings(nothingSet, (stack) => new Topic(stack, 'Unencrypted'))).toContain('AwsSolutions-SNS3');
});
