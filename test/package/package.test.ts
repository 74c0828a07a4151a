// What `npm pack` makes is complete, small and nobody's own, and works in the apps of others as the construct works here.

import { globSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import cdkJson from '../../cdk.json' with { type: 'json' };
import { scimApp, type Template } from '../../lib/scim-app.ts';
import cdkInitJson from './cdk-init/cdk.json' with { type: 'json' };
import { type Assembly, InstalledPackage, repository } from './installed-package.ts';

const entries = { 'cdk-init': 'bin/cdk-init.js', esm: 'bin/app.js' };
const apps = Object.keys(entries);

let installed: InstalledPackage;
beforeAll(() => {
  installed = new InstalledPackage(apps);
}, 60_000);
afterAll(() => installed.remove());

describe('the tarball', () => {
  test('has the built package and nothing else', () => {
    const handlers = readdirSync(join(repository, 'lambdas/handlers')).map((file) => basename(file, '.ts'));
    const schemas = readdirSync(join(repository, 'lambdas/events/schemas/v1'));
    const pages = globSync('**/*.{md,json}', { cwd: join(repository, 'docs') });
    const declarations = [
      'event',
      'events',
      'index',
      'scim-endpoint',
      'scim-endpoint-props',
      'setting-error',
    ];
    expect(installed.files().sort()).toEqual(
      [
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'LICENSE',
        'README.md',
        'SECURITY.md',
        'package.json',
        ...handlers.map((name) => `bundles/${name}/index.mjs`),
        'dist/THIRD-PARTY-LICENCES.txt',
        ...['events', 'index'].flatMap((name) => [`dist/cjs/${name}.cjs`, `dist/esm/${name}.js`]),
        ...declarations.flatMap((name) => [`dist/cjs/${name}.d.cts`, `dist/esm/${name}.d.ts`]),
        ...schemas.map((file) => `dist/schemas/v1/${file}`),
        // Each alarm refers to its section of the runbook.
        ...pages.map((file) => `docs/${file}`),
      ].sort(),
    );
  });

  test('needs the CDK of the app and no package besides', () => {
    const manifest = JSON.parse(installed.read('package.json'));
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.optionalDependencies).toBeUndefined();
    expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(installed.read('package.json'));
    expect(Object.keys(scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$|^prepare$/)]),
    );
  });

  test('has valibot in the construct, and of no other package anything', () => {
    const scripts = installed.files().filter((file) => /^dist\/.*\.c?js$/.test(file));
    expect(scripts).toHaveLength(4);
    const packages = scripts.flatMap((file) =>
      [...installed.read(file).matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map(
        ([, name]) => name,
      ),
    );
    expect([...new Set(packages)]).toEqual(['valibot']);
  });

  test('says under which licences it passes on the code of others', () => {
    const text = installed.read('dist/THIRD-PARTY-LICENCES.txt');
    for (const name of ['valibot', '@middy/core', '@aws-sdk/client-dynamodb']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
    }
  });

  test('names no folder of the machine that made it', () => {
    const telling = [repository, homedir(), tmpdir()]
      .map((path) => join(path, '/'))
      .filter((path) => path !== '/');
    const found = installed
      .files()
      .filter((file) => telling.some((path) => installed.read(file).includes(path)));
    expect(found).toEqual([]);
  });
});

describe('types', () => {
  test.each([
    ['cdk-init', []],
    ['cdk-init', ['--skipLibCheck', 'false']],
    ['cdk-init', ['--module', 'node16', '--moduleResolution', 'node16', '--resolveJsonModule']],
    ['cdk-init', ['--module', 'preserve', '--moduleResolution', 'bundler']],
    ['esm', []],
    // The CDK's own types are wrong with exact optional properties.
    ['esm', ['--skipLibCheck', 'false', '--exactOptionalPropertyTypes', 'false']],
    ['esm', ['--module', 'node18', '--moduleResolution', 'node16', '--resolveJsonModule']],
    ['esm', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('%s is right with %j', (app, options) => {
    expect(installed.typeErrors(app, ...options)).toBe('');
  });
});

describe.each(Object.entries(entries))('%s', (app, entry) => {
  describe('with our flags', () => {
    let assembly: Assembly;
    beforeAll(() => {
      assembly = installed.synthesize(app, entry, cdkJson.context);
    });

    test('the endpoint alone, under the id Default, is what this repository deploys', () => {
      expect(withoutWords(assembly.template('Scim'))).toEqual(withoutWords(deployedHere()));
    });
  });

  describe('with the flags of `cdk init`', () => {
    let assembly: Assembly;
    beforeAll(() => {
      assembly = installed.synthesize(app, entry, cdkInitJson.context);
    });

    test.each([app === 'esm' ? 'Product' : 'CdkInitStack', 'Scim'])(
      'the functions of %s have their bundles',
      (stack) => {
        const handlers = readdirSync(join(repository, 'lambdas/handlers'));
        const assets = assembly.assets(stack);
        const files = bundledFunctions(assembly.template(stack)).map((key) => assets.get(key));
        expect(files).toEqual(handlers.map(() => ['index.mjs']));
      },
    );
  });
});

test('the flags of `cdk init` are those that this CDK recommends', () => {
  expect(cdkInitJson.context).toEqual(recommendedFlags);
});

test('the code in the README is that of an app here', () => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const [, code = ''] = readme.match(/## In your own CDK app\n.*?```ts\n(.*?)```/s) ?? [];
  const stack = readFileSync(join(import.meta.dirname, 'cdk-init/lib/cdk-init-stack.ts'), 'utf8');
  const lines = (text: string) => text.split('\n').map((line) => line.trim());
  expect(code).toContain('new ScimEndpoint');
  expect(lines(stack)).toEqual(expect.arrayContaining(lines(code)));
});

const deployedHere = (): Template => {
  const outdir = mkdtempSync(join(installed.folder, 'here-'));
  const { app, stack } = scimApp({ outdir, treeMetadata: false, builtinCloudFormationValidation: false });
  return app.synth().getStackArtifact(stack.artifactId).template;
};

/** A template without what only people read. */
const withoutWords = ({ Resources, ...template }: Template) => ({
  ...template,
  Description: undefined,
  Resources: Object.fromEntries(
    Object.entries(Resources).map(([id, resource]) => [id, { ...resource, Metadata: undefined }]),
  ),
});

/** The keys of the assets that functions with a handler of ours are deployed from. */
const bundledFunctions = ({ Resources }: Template): string[] =>
  Object.values(Resources)
    .filter(({ Metadata }) => Metadata?.['scim:entry'] !== undefined)
    .map(({ Properties = {} }) => (Properties.Code as { S3Key: string }).S3Key);
