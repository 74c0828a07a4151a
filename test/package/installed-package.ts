// The package as somebody else has it: packed, unpacked beside the CDK of this repository, and taken by the apps here. No
// registry is asked.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Template } from '../../lib/scim-app.ts';

export const repository = join(import.meta.dirname, '../..');
export const compiler = join(repository, 'node_modules/typescript/bin/tsc');

/** What an app brings along, and what its types need. */
const beside = ['aws-cdk-lib', 'constructs', '@types/node'];

/** One folder with the package in its `node_modules`, and the apps, each as it is in test/package. */
export class InstalledPackage {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'scim-package-')));
  readonly packageFolder = join(this.folder, 'node_modules/scim-endpoint');

  constructor(apps: readonly string[]) {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', this.folder], {
      cwd: repository,
      env: { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' },
      stdio: 'pipe',
    });
    const [tarball = ''] = readdirSync(this.folder).filter((file) => file.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', tarball], { cwd: this.folder });
    mkdirSync(dirname(this.packageFolder));
    cpSync(join(this.folder, 'package'), this.packageFolder, { recursive: true });
    for (const name of beside) {
      const link = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(repository, 'node_modules', name), link);
    }
    for (const app of apps) {
      cpSync(join(import.meta.dirname, app), join(this.folder, app), {
        recursive: true,
        filter: (path) => basename(path) !== 'node_modules',
      });
      symlinkSync('../node_modules', join(this.folder, app, 'node_modules'));
    }
  }

  /** Every file of the package, from its folder. */
  files(): string[] {
    return readdirSync(this.packageFolder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.packageFolder.length + 1));
  }

  read(file: string): string {
    return readFileSync(join(this.packageFolder, file), 'utf8');
  }

  /** What `tsc` says of an app; empty when nothing is wrong. Jest's types, which `cdk init` names, are not installed. */
  typeErrors(app: string, ...options: readonly string[]): string {
    try {
      this.compile(app, ['--types', 'node', ...options]);
      return '';
    } catch (error) {
      return String((error as { stdout: unknown }).stdout);
    }
  }

  /** What an app synthesizes with these flags, run as JavaScript like the apps of the package's users. */
  synthesize(app: string, entry: string, context: Readonly<Record<string, unknown>>): Assembly {
    const outdir = mkdtempSync(join(this.folder, 'out-'));
    this.compile(app, ['--types', 'node', '--noEmit', 'false']);
    execFileSync(process.execPath, [entry], {
      cwd: join(this.folder, app),
      env: {
        ...process.env,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_VALIDATION: 'false', // `npm run synth` has the CDK look at the template.
      },
      stdio: 'pipe',
    });
    return new Assembly(outdir);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private compile(app: string, options: readonly string[]): void {
    execFileSync(process.execPath, [compiler, '-p', '.', ...options], {
      cwd: join(this.folder, app),
      stdio: 'pipe',
    });
  }
}

/** A folder that `cdk deploy` would take. */
export class Assembly {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  template(stack: string): Template {
    return this.json(`${stack}.template.json`);
  }

  /** The files in each asset of a stack, by the key under which the template has it. */
  assets(stack: string): ReadonlyMap<string, readonly string[]> {
    const { files } = this.json(`${stack}.assets.json`);
    return new Map(
      Object.entries<{ source: { path: string; packaging: string } }>(files)
        .filter(([, { source }]) => source.packaging === 'zip')
        .map(([hash, { source }]) => [`${hash}.zip`, readdirSync(join(this.folder, source.path))]),
    );
  }

  private json(file: string) {
    return JSON.parse(readFileSync(join(this.folder, file), 'utf8'));
  }
}
