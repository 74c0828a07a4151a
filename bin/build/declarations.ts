// The package's types, generated from the sources: only of the files that its entries import, under the names that these have
// in the package. The build fails on a type of a library that users would have to install.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PEERS } from './javascript.ts';

const repository = join(import.meta.dirname, '../..');
const compiler = join(repository, 'node_modules/typescript/bin/tsc');

/** ES modules and CommonJS modules have different file extensions, and so have the files that they refer to. */
interface ModuleKind {
  readonly folder: string;
  readonly declaration: string;
  readonly script: string;
}

/** The declarations of the entries (`lib/index.ts`) flat in the folder of each kind. */
export const buildDeclarations = (entries: readonly string[], kinds: readonly ModuleKind[]): void => {
  const made = mkdtempSync(join(tmpdir(), 'scim-declarations-'));
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', made], {
    cwd: repository,
    stdio: 'inherit',
  });
  const texts = reachedFrom(entries, made);
  rmSync(made, { recursive: true });
  for (const { folder, declaration, script } of kinds) {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of texts) {
      const renamed = text.replaceAll(IMPORT, (whole, specifier: string) =>
        isOwn(specifier) ? whole.replace(specifier, `./${nameOf(specifier)}${script}`) : whole,
      );
      writeFileSync(join(folder, `${nameOf(file)}${declaration}`), renamed);
    }
  }
};

const IMPORT = /(?:from |import\(|import )['"]([^'"]+)['"]/g;

const isOwn = (specifier: string) => specifier.startsWith('.');
const nameOf = (file: string) => basename(file, '.ts');

/** The text of each declaration by its source's path. */
const reachedFrom = (entries: readonly string[], made: string): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  const visit = (file: string): void => {
    if (texts.has(file)) return;
    const text = readFileSync(join(made, file.replace(/\.ts$/, '.d.ts')), 'utf8');
    texts.set(file, text);
    for (const [, specifier = ''] of text.matchAll(IMPORT)) {
      if (isOwn(specifier)) visit(join(dirname(file), specifier));
      else if (!isPeer(specifier)) throw new Error(`The types of ${file} need ${specifier}.`);
    }
  };
  for (const entry of entries) visit(entry);
  const names = [...texts.keys()].map(nameOf);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`Two files of the package's types are called ${repeated}.`);
  return texts;
};

const isPeer = (specifier: string) =>
  PEERS.some((peer) => specifier === peer || specifier.startsWith(`${peer}/`));
