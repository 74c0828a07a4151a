// The saved releases: what each deployed, and how it wrote.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Template } from '../../lib/scim-app.ts';

/** The files of a release. */
export const TEMPLATE = 'template.json';
export const ITEMS = 'items.json';
/** The names of the kinds of items that a tenant had, as `operations/item-kinds.ts` calls them. */
export const KINDS = 'kinds.json';
/** The cloud assembly with its bundles, as the end-to-end test deploys it. */
export const ASSEMBLY = 'assembly.tar.gz';

const here = import.meta.dirname;

/** Oldest first, by name: `1`, `2`. */
export const releases: readonly string[] = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort((a, b) => Number(a) - Number(b));

export const folderOf = (release: string): string => join(here, release);

const readJson = (release: string, file: string) =>
  JSON.parse(readFileSync(join(folderOf(release), file), 'utf8'));

/** The template that it deployed, without settings. */
export const templateOf = (release: string): Template => readJson(release, TEMPLATE);

/** An item of every kind as it wrote them, in DynamoDB JSON. */
export const itemsOfRelease = (release: string): readonly Record<string, AttributeValue>[] =>
  readJson(release, ITEMS);

/** The kinds of items that a tenant had then. */
export const kindsOfRelease = (release: string): readonly string[] => readJson(release, KINDS);

/** Packs the assembly in `folder`, without anything that differs between machines. */
export const packAssembly = (release: string, folder: string): void => {
  dropNotes(folder);
  mkdirSync(folderOf(release), { recursive: true });
  const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', ['-C', folder, ...plain, '-czf', join(folderOf(release), ASSEMBLY), '.']);
};

/** CDK records the source file of each construct, and the findings of its checks: no deployment needs that. */
const dropNotes = (folder: string): void => {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  delete manifest.artifacts.Tree;
  for (const artifact of Object.values<Record<string, unknown>>(manifest.artifacts)) {
    if (typeof artifact.additionalMetadataFile !== 'string') continue;
    rmSync(join(folder, artifact.additionalMetadataFile));
    delete artifact.additionalMetadataFile;
  }
  writeFileSync(path, JSON.stringify(manifest, null, 2));
  for (const file of ['tree.json', 'validation-report.json']) rmSync(join(folder, file), { force: true });
};

export interface Assembly {
  readonly folder: string;
  /** The bundle of the handler with this source file. */
  readonly bundleOf: (entry: string) => string;
  readonly remove: () => void;
}

/** Unpacks it into a folder without any node_modules above it. */
export const unpackAssembly = (release: string): Assembly => {
  const folder = mkdtempSync(join(tmpdir(), `scim-release-${release}-`));
  execFileSync('tar', ['-C', folder, '-xzf', join(folderOf(release), ASSEMBLY)]);
  const { Resources }: Template = JSON.parse(readFileSync(join(folder, 'Scim.template.json'), 'utf8'));
  return {
    folder,
    bundleOf: (entry) => {
      const deployed = Object.values(Resources).find(({ Metadata }) => Metadata?.['scim:entry'] === entry);
      const code = deployed?.Properties?.Code as { readonly S3Key: string } | undefined;
      return join(folder, `asset.${code?.S3Key.replace(/\.zip$/, '')}`, 'index.mjs');
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};
