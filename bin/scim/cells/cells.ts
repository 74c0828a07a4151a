// Cells: several deployments that one operator runs, listed in a file: `scim.cells.json`, or the one that --cells names.

import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { OperatorError } from '../errors/operator-error.ts';

/** A stack on AWS in a region, with a profile of the AWS configuration; or a local run, to try cells out. */
export type Cell =
  | { readonly stack: string; readonly region: string; readonly profile?: string | undefined }
  | { readonly port: number };

/** A cells file that was read. */
export interface Cells {
  /** Its path, for messages. */
  readonly file: string;
  readonly byName: Readonly<Record<string, Cell>>;
}

const DEFAULT_FILE = 'scim.cells.json';

const name = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/));
const onAws = v.strictObject({
  stack: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,127}(\.[A-Za-z0-9]+)?$/)),
  region: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
  profile: v.optional(v.pipe(v.string(), v.minLength(1))),
});
const local = v.strictObject({ port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) });

const cellsFile = v.strictObject({
  cells: v.pipe(v.record(name, v.union([onAws, local])), v.minEntries(1)),
});

const SHAPE =
  '{ "cells": { "eu-1": { "stack": "Scim", "region": "eu-west-1", "profile": "prod" } } }, where profile is optional';

/** Reads `file`, or scim.cells.json in the working directory; undefined when that does not exist. */
export const readCells = (file?: string): Cells | undefined => {
  if (file === undefined) return existsSync(DEFAULT_FILE) ? readCells(DEFAULT_FILE) : undefined;
  let text: string;
  try {
    // Editors on Windows may start a file with a byte order mark.
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    throw new OperatorError(`The cells file ${file} cannot be read.`);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), cellsFile), text);
  if (parsed.success) return { file, byName: parsed.output.cells };
  const where = v.getDotPath(parsed.issues[0]);
  throw new OperatorError(
    `The cells file ${file} is invalid${where ? ` at ${where}` : ''}: it has the form ${SHAPE}; names consist of a to z, 0 to 9 ` +
      'and the hyphen.',
  );
};

/** The cell with that name; throws an `OperatorError` that lists the names. */
export const findCell = ({ file, byName }: Cells, wanted: string): Cell => {
  const cell = Object.hasOwn(byName, wanted) ? byName[wanted] : undefined;
  if (cell) return cell;
  throw new OperatorError(
    `There is no cell ${wanted} in ${file}; the cells are ${Object.keys(byName).join(', ')}.`,
  );
};
