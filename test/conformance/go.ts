// The suite from the Go registry: github.com/scim2/test-suite, which holds each requirement of the RFCs against the service.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from './local-folder.ts';
import { lastLine, run } from './process.ts';
import { CannotInstall, type Check, type Suite } from './suite.ts';

const MODULE = 'github.com/scim2/test-suite';
/** The project makes no releases: a commit pins it, and Go's checksum database vouches for its content. */
const COMMIT = '1c3f6065087c8751455096b692dfb81e44265fca';
const COMPLIANCE = `${MODULE}/compliance`;

const folder = localFolder(`go-${COMMIT.slice(0, 12)}`);
const report = join(folder, 'report.json');

interface Requirement {
  readonly id: string;
  readonly message?: string;
}

interface Report {
  readonly failures: readonly Requirement[] | null;
  readonly passed: readonly Requirement[] | null;
}

export const goSuite: Suite = {
  name: 'scim2/test-suite',
  version: COMMIT.slice(0, 12),
  schemas: ['test-resource', 'test-extension'],
  run: async ({ tenantUrl, token }) => {
    await install();
    rmSync(report, { force: true });
    // Its exit code says only whether anything failed, which the report says in detail.
    const ended = await run(
      'go',
      [
        ...['test', COMPLIANCE, '-count=1', '-args'],
        ...[`-scim.url=${tenantUrl}`, `-scim.token=${token}`, `-scim.report=${join(folder, 'report.txt')}`],
      ],
      { cwd: folder },
    );
    if (!existsSync(report)) {
      return [{ name: 'the suite runs to its end', failure: lastLine(ended.stdout + ended.stderr) }];
    }
    const { failures, passed }: Report = JSON.parse(readFileSync(report, 'utf8'));
    return [
      ...(passed ?? []).map(({ id }): Check => ({ name: id })),
      ...(failures ?? []).map(({ id, message = 'failed' }): Check => ({ name: id, failure: message })),
    ];
  },
};

/** A module with nothing but the suite among its requirements, so that `go test` takes it unmodified. */
const install = async (): Promise<void> => {
  if (existsSync(join(folder, 'go.sum'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), 'module conformance\n\ngo 1.26\n');
  const ended = await run('go', ['get', '-t', `${COMPLIANCE}@${COMMIT}`], { cwd: folder });
  if (ended.code !== 0) throw new CannotInstall(lastLine(ended.stderr));
};
