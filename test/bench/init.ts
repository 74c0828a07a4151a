// How long each function takes to load before its first request, beside a bare handler with the same SDK clients, nothing
// left out of them: npm run bench:init [-- --strict] [--runs 15]. The bundles are those that `cdk synth` makes. --strict
// exits with 1 above the target.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../lib/bundles/build.ts';
import { ENTRY_METADATA } from '../../lib/foundation/handler-function.ts';
import type { Template, TemplateResource } from '../../lib/scim-app.ts';

/** A function of ours has no longer start than one that does nothing, but with all of the SDK. */
const TARGET = 1;
const root = join(import.meta.dirname, '../..');

/** What a function without any code of its own would do with each client: make it, and be able to send one command. */
const bareClients: Readonly<Record<string, string>> = {
  'client-dynamodb': `
    import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    calls.push(() => documents.send(new GetCommand({ TableName: 'table', Key: { PK: 'a', SK: 'b' } })));`,
  'client-secrets-manager': `
    import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
    const secrets = new SecretsManagerClient({});
    calls.push(() => secrets.send(new GetSecretValueCommand({ SecretId: 'secret' })));`,
  'client-eventbridge': `
    import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
    const bus = new EventBridgeClient({});
    calls.push(() => bus.send(new PutEventsCommand({ Entries: [] })));`,
};

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A function's own variables; what only a deployment knows can be any text. */
const environmentOf = ({ Properties }: TemplateResource): Record<string, string> => {
  const { Variables = {} } = (Properties?.Environment ?? {}) as { Variables?: Record<string, unknown> };
  const literal = (value: unknown) => (typeof value === 'string' ? value : 'known-when-deployed');
  return Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, literal(value)]));
};

/** The assets that a deployment would upload, by the name of their handler. */
const synthesizeBundles = (folder: string): Bundle[] => {
  execFileSync('npx', ['cdk', 'synth', '--quiet', '--output', folder], { cwd: root, stdio: 'pipe' });
  const { Resources }: Template = JSON.parse(readFileSync(join(folder, 'Scim.template.json'), 'utf8'));
  return Object.values(Resources).flatMap((resource) => {
    const { Metadata = {} } = resource;
    const entry = Metadata[ENTRY_METADATA];
    if (typeof entry !== 'string') return [];
    const file = join(folder, String(Metadata['aws:asset:path']), 'index.mjs');
    return [{ name: basename(entry, '.ts'), file, environment: environmentOf(resource) }];
  });
};

/** A handler with the clients that `lambdas/handlers/<name>.ts` has, in a bundle with the whole SDK. */
const buildBare = async (name: string, folder: string): Promise<string> => {
  const out = join(folder, `bare-${name}`);
  const entryPoints = [join(root, `lambdas/handlers/${name}.ts`)];
  const { metafile } = await bundle({ entryPoints }, out);
  const inputs = Object.keys(metafile.inputs);
  const clients = Object.entries(bareClients).filter(([client]) =>
    inputs.some((input) => input.includes(`@aws-sdk/${client}/`)),
  );
  const contents = [
    'const calls = [];',
    ...clients.map(([, code]) => code),
    'export const handler = () => Promise.all(calls.map((call) => call()));',
  ].join('\n');
  await bundle({ stdin: { contents, resolveDir: root } }, out, []);
  return join(out, 'stdin.mjs');
};

const CREDENTIALS = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };

/** Milliseconds of CPU that importing takes in a fresh process: what a busy machine does meanwhile does not count. */
const measure = (file: string, environment: Bundle['environment']): number => {
  const script = `const before = process.cpuUsage();
    await import(process.argv[1]);
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, file],
    { env: { ...CREDENTIALS, ...environment }, encoding: 'utf8' },
  );
  if (status === 0) return Number(stdout);
  const reason = stderr.split('\n').find((line) => /^\w*Error\b/.test(line));
  throw new Error(`${file} does not load: ${reason}`);
};

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const { values } = parseArgs({
  options: { strict: { type: 'boolean', default: false }, runs: { type: 'string', default: '15' } },
});
// Outside the repository, so that no node_modules folder is there to be found by accident.
const folder = mkdtempSync(join(tmpdir(), 'scim-init-'));
try {
  const bundles = synthesizeBundles(join(folder, 'assembly'));
  const pairs = await Promise.all(
    bundles.map(async (each) => ({ ...each, bare: await buildBare(each.name, folder) })),
  );
  const times = pairs.map(() => ({ ours: [] as number[], bare: [] as number[] }));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [index, { file, bare, environment }] of pairs.entries()) {
      times[index]?.ours.push(measure(file, environment));
      times[index]?.bare.push(measure(bare, environment));
    }
  }
  const rows = pairs.map(({ name, file }, index) => {
    const [ours, bare] = [median(times[index]?.ours ?? []), median(times[index]?.bare ?? [])];
    return { name, bytes: statSync(file).size, ours, bare, ratio: ours / bare };
  });
  console.log('function          KB   init ms   bare ms   ratio');
  for (const { name, bytes, ours, bare, ratio } of rows) {
    const numbers = [
      (bytes / 1000).toFixed(0).padStart(4),
      ours.toFixed(1).padStart(8),
      bare.toFixed(1).padStart(8),
    ];
    console.log(
      `${name.padEnd(16)}${numbers.join('  ')}  ${ratio.toFixed(2).padStart(6)}${ratio > TARGET ? '  over' : ''}`,
    );
  }
  const over = rows.filter(({ ratio }) => ratio > TARGET).map(({ name }) => name);
  if (over.length > 0) console.log(`Over ${TARGET} × a bare handler: ${over.join(', ')}.`);
  if (over.length > 0 && values.strict) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
