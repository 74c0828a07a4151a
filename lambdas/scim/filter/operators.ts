// The operators and literals that an attribute allows in a filter, by its type (RFC 7644 §3.4.2.2, Table 3).

import type { Attribute, AttributeType } from '../schemas/schema.ts';
import { asBoolean, asInstant, asNumber } from './comparison.ts';

/** A comparison operator of RFC 7644 §3.4.2.2, Table 3. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
/** A value to compare with, as JSON writes it. */
export type Literal = string | number | boolean | null;

const EQUALITY = ['eq', 'ne'] as const;
const TEXT = [...EQUALITY, 'co', 'sw', 'ew'] as const;
const ORDER = [...EQUALITY, 'gt', 'ge', 'lt', 'le'] as const;
const ALL = [...TEXT, 'gt', 'ge', 'lt', 'le'] as const;

/** All comparison operators. */
export const comparisons: readonly CompareOperator[] = ALL;

/** The RFC forbids ordering booleans and binaries; substrings of booleans and numbers make no sense either. */
const operatorsOf: Record<AttributeType, readonly CompareOperator[]> = {
  string: ALL,
  reference: ALL,
  dateTime: ALL,
  binary: TEXT,
  integer: ORDER,
  decimal: ORDER,
  boolean: EQUALITY,
  complex: ALL,
};

/** The operator named `word`, case-insensitively, or undefined. */
export const findOperator = (word: string): CompareOperator | undefined => {
  const lowerWord = word.toLowerCase();
  return ALL.find((operator) => operator === lowerWord);
};

/** Why `operator` does not apply to values of `attribute`, or undefined if it does. */
export const refuseOperator = ({ type }: Attribute, operator: CompareOperator): string | undefined =>
  operatorsOf[type].includes(operator)
    ? undefined
    : `a ${type} compares by ${operatorsOf[type].join(', ')} only`;

/**
 * The literal converted to the attribute's type, or undefined if it does not fit. Entra quotes booleans, as in
 * `roles[primary eq "True"]`, so a boolean or a number may be quoted. null fits every type, with `eq` and `ne`.
 */
export const typedLiteral = (
  { type }: Attribute,
  operator: CompareOperator,
  literal: Literal,
): Literal | undefined => {
  if (literal === null) return operator === 'eq' || operator === 'ne' ? null : undefined;
  switch (type) {
    case 'boolean':
      return asBoolean(literal);
    case 'integer':
    case 'decimal':
      return asNumber(literal);
    case 'dateTime':
      return ordersTime(operator) && asInstant(literal) === undefined ? undefined : asString(literal);
    case 'complex':
      return undefined;
    default:
      return asString(literal);
  }
};

/** `co`, `sw` and `ew` compare times as text, as in `meta.created sw "2026-01"`. */
const ordersTime = (operator: CompareOperator) => ORDER.some((known) => known === operator);

const asString = (literal: Literal) => (typeof literal === 'string' ? literal : undefined);

/** The literal that the attribute takes, for the detail of an error. */
export const describeLiteral = ({ name, type, subAttributes = [] }: Attribute): string => {
  switch (type) {
    case 'boolean':
      return `${name} compares with true or false`;
    case 'integer':
    case 'decimal':
      return `${name} compares with a number`;
    case 'dateTime':
      return `${name} compares with a time such as "2026-01-31T12:00:00Z"`;
    case 'complex':
      return `${name} is complex: compare a part of it, such as ${name}.${subAttributes[0]?.name}`;
    default:
      return `${name} compares with a text in double quotes`;
  }
};
