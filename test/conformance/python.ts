// The suites from the Python registry, in an environment of their own: scim2-tester, scim-sanity, and scim2-client as a
// client that validates every answer.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from './local-folder.ts';
import { type Ended, lastLine, run } from './process.ts';
import { CannotInstall, type Check, type Suite, type Target } from './suite.ts';

const here = join(import.meta.dirname, 'python');
const requirements = readFileSync(join(here, 'requirements.txt'), 'utf8');
const environment = localFolder('python');
const python = join(environment, 'bin', 'python');

const versionOf = (project: string) =>
  new RegExp(`^${project}==(\\S+)$`, 'm').exec(requirements)?.[1] ?? 'unpinned';

/** A suite that prints one JSON object a check. */
const script = (name: string, file: string, schemas: readonly string[] = []): Suite => ({
  name,
  version: versionOf(name),
  schemas,
  run: async ({ tenantUrl, token }: Target) => {
    await install();
    return readLines(await run(python, [join(here, file), tenantUrl, token]));
  },
});

const readLines = (ended: Ended): Check[] => {
  const checks = ended.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Check => JSON.parse(line));
  return ended.code === 0 ? checks : [...checks, endedEarly(ended)];
};

const endedEarly = ({ code, stderr }: Ended): Check => ({
  name: 'the suite runs to its end',
  failure: `exit code ${code}: ${lastLine(stderr)}`,
});

interface SanityReport {
  readonly results: readonly { name: string; status: string; message?: string }[];
}

const scimSanity: Suite = {
  name: 'scim-sanity',
  version: versionOf('scim-sanity'),
  run: async ({ tenantUrl, token }) => {
    await install();
    const ended = await run(python, [
      ...['-m', 'scim_sanity', 'probe', tenantUrl, '--token', token],
      ...['--strict', '--json-output', '--i-accept-side-effects'],
    ]);
    if (!ended.stdout.startsWith('{')) return [endedEarly(ended)];
    const { results }: SanityReport = JSON.parse(ended.stdout);
    return results
      .filter(({ status }) => status !== 'skip')
      .map(({ name, status, message = status }) => ({
        name,
        ...(status !== 'pass' && { failure: message }),
      }));
  },
};

let installation: Promise<void> | undefined;

/** Once a run, whatever comes of it. */
const install = (): Promise<void> => {
  installation ??= installRequirements();
  return installation;
};

/** A note in the environment says which requirements it has. Throws an Error for a version that does not exist. */
const installRequirements = async (): Promise<void> => {
  const note = join(environment, 'installed.txt');
  if (existsSync(note) && readFileSync(note, 'utf8') === requirements) return;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(environment, { recursive: true });
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', environment]],
    [python, ['-m', 'pip', 'install', ...quiet, '-r', join(here, 'requirements.txt')]],
  ];
  for (const [program, args] of steps) {
    const { code, stderr } = await run(program, args);
    if (/from versions: (?!none)/.test(stderr)) throw new Error(lastLine(stderr));
    if (code !== 0) throw new CannotInstall(lastLine(stderr));
  }
  writeFileSync(note, requirements);
};

export const pythonSuites: readonly Suite[] = [
  script('scim2-tester', 'tester.py', ['every-kind', 'every-kind-extension', 'user-extension']),
  scimSanity,
  script('scim2-client', 'client.py'),
];
