// Filters (RFC 7644 §3.4.2.2): the syntax tree and its parser. The parser checks names and values against the schema, so
// that an invalid filter is refused before anything is read.

import { invalidFilter, loggable } from '../errors/errors.ts';
import { type AttributePath, comparablePath, resolvePath, targetOf } from '../schemas/attribute-path.ts';
import { type Attribute, attribute, findAttribute, type ResourceType } from '../schemas/schema.ts';
import { undeclaredPath } from '../schemas/undeclared.ts';
import { asBoolean, asNumber } from './comparison.ts';
import {
  type CompareOperator,
  comparisons,
  describeLiteral,
  findOperator,
  type Literal,
  refuseOperator,
  typedLiteral,
} from './operators.ts';
import { filterError, type Token, tokenize } from './tokens.ts';

/** The syntax tree of a filter, with names resolved and literals typed. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly operator: CompareOperator;
      readonly value: Literal;
    }
  /** One element must match `filter`, whose paths are relative to it: their `attribute` is the sub-attribute. */
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter };

/** In characters. */
export const MAX_FILTER_LENGTH = 4096;
/** In nested brackets. */
const MAX_FILTER_DEPTH = 20;

/** Parses a filter on resources of `type`. Throws invalidFilter with the position and the remedy. */
export const parseFilter = (text: string, type: ResourceType): Filter =>
  new FilterParser(text).parse({
    owner: type.name,
    resolve: (name) => resolvePath(name, type) ?? undeclaredPath(name, type),
  });

/** Parses the filter between `[` and `]` of a PATCH path (RFC 7644 §3.5.2), on the elements of `attribute`. */
export const parseValueFilter = (text: string, attribute: Attribute): Filter =>
  new FilterParser(text).parse(elementScope(attribute));

/** Where names are resolved: in a resource type or, inside brackets, in one attribute. */
interface Scope {
  readonly owner: string;
  readonly resolve: (name: string) => AttributePath | undefined;
}

/** Inside the brackets of an undeclared attribute, whose parts nobody declares either. */
const undeclaredScope = ({ attribute: { name: owner } }: AttributePath): Scope => ({
  owner,
  resolve: (name) => ({ attribute: attribute(name, ''), undeclared: name }),
});

/** In a simple multi-valued attribute an element counts as its own `value`, so that PATCH can select it. */
const elementScope = (attribute: Attribute): Scope => {
  const attributes = attribute.subAttributes ?? [{ ...attribute, name: 'value', multiValued: false }];
  return {
    owner: attribute.name,
    resolve: (name) => {
      const found = findAttribute(attributes, name);
      return found && { attribute: found };
    },
  };
};

class FilterParser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    if (text.length > MAX_FILTER_LENGTH) {
      throw invalidFilter('filterTooLong')`The filter is longer than ${MAX_FILTER_LENGTH} characters.`;
    }
    this.#tokens = tokenize(text);
  }

  parse(scope: Scope): Filter {
    const filter = this.#disjunction(scope, 0);
    if (this.#token.kind !== 'end')
      throw filterError(this.#token, 'filterSyntax')`and, or, or the end is expected here`;
    return filter;
  }

  #disjunction(scope: Scope, depth: number): Filter {
    let left = this.#conjunction(scope, depth);
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#conjunction(scope, depth) };
    return left;
  }

  #conjunction(scope: Scope, depth: number): Filter {
    let left = this.#term(scope, depth);
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#term(scope, depth) };
    return left;
  }

  #term(scope: Scope, depth: number): Filter {
    if (this.#token.kind === '(') return this.#group(scope, depth, '(', ')');
    if (this.#takeWord('not')) return { kind: 'not', filter: this.#group(scope, depth, '(', ')') };
    const name = this.#take('word', 'an attribute name');
    const path = resolve(name, name.text, scope);
    return this.#token.kind === '[' ? this.#valuePath(name, path, depth) : this.#condition(path);
  }

  #group(scope: Scope, depth: number, open: '(' | '[', close: ')' | ']'): Filter {
    const opening = this.#take(open, open);
    if (depth === MAX_FILTER_DEPTH) {
      throw filterError(opening, 'filterTooDeep')`brackets nest deeper than ${MAX_FILTER_DEPTH} levels`;
    }
    const filter = this.#disjunction(scope, depth + 1);
    this.#take(close, `and, or, or ${close}`);
    return filter;
  }

  /** `emails[type eq "work"]`, and Entra's `emails[type eq "work"].value eq "…"`: both conditions on the same element. */
  #valuePath(name: Token, path: AttributePath, depth: number): Filter {
    const { attribute, subAttribute } = path;
    const isUndeclared = path.undeclared !== undefined;
    if (subAttribute || !(isUndeclared || attribute.subAttributes || attribute.multiValued)) {
      throw filterError(name, 'filterBrackets')`brackets follow an attribute with several values or parts`;
    }
    const scope = isUndeclared ? undeclaredScope(path) : elementScope(attribute);
    const filter = this.#group(scope, depth, '[', ']');
    if (!this.#token.text.startsWith('.')) return { kind: 'valuePath', path, filter };
    const subName = this.#take('word', 'a sub-attribute');
    const condition = this.#condition(resolve(subName, subName.text.slice(1), scope));
    return { kind: 'valuePath', path, filter: { kind: 'and', left: filter, right: condition } };
  }

  #condition(path: AttributePath): Filter {
    const place = this.#take('word', 'an operator such as eq or pr');
    if (place.text.toLowerCase() === 'pr') return { kind: 'present', path };
    const operator = findOperator(place.text);
    if (!operator) throw filterError(place, 'filterSyntax')`an operator such as eq or pr is expected here`;
    const compared = comparablePath(this.#typed(path)) ?? path;
    const refusal = refuseOperator(targetOf(compared), operator);
    if (refusal) throw filterError(place, 'filterOperator')`${loggable(refusal)}`;
    return { kind: 'compare', path: compared, operator, value: this.#literal(targetOf(compared), operator) };
  }

  /** An undeclared attribute has the type of the value that it is compared with. */
  #typed(path: AttributePath): AttributePath {
    if (path.undeclared === undefined) return path;
    const literal = literalOf(this.#token);
    const type = literal === null ? undefined : typeNames[typeof literal];
    const typed = (one: Attribute): Attribute => ({ ...one, ...(type && { type }) });
    return path.subAttribute
      ? { ...path, subAttribute: typed(path.subAttribute) }
      : { ...path, attribute: typed(path.attribute) };
  }

  #literal(attribute: Attribute, operator: CompareOperator): Literal {
    const place = this.#token;
    const known = literalOf(place);
    const literal = known === undefined ? this.#unquotedText() : known;
    if (literal === undefined) {
      throw filterError(place, 'filterSyntax')`a value is expected here, and text stands in double quotes`;
    }
    const value = typedLiteral(attribute, operator, literal);
    if (value === undefined) throw filterError(place, 'filterValue')`${loggable(describeLiteral(attribute))}`;
    this.#position += 1;
    return value;
  }

  /**
   * The text in a word where nothing else can be meant: RFC 7644 §3.4.2.1 itself has `meta.resourceType eq User`, which its
   * grammar refuses. Undefined for text of several words, with a quote of any kind, or for what only an empty variable sends.
   */
  #unquotedText(): string | undefined {
    const { kind, text } = this.#token;
    if (kind !== 'word' || !UNQUOTED.test(text) || NO_TEXT.has(text.toLowerCase())) return undefined;
    return this.#endsCondition(this.#tokens[this.#position + 1]) ? text : undefined;
  }

  #endsCondition(token: Token | undefined): boolean {
    const { kind, text } = token ?? { kind: 'end', text: '' };
    return kind === 'word' ? /^(?:and|or)$/i.test(text) : kind === 'end' || kind === ')' || kind === ']';
  }

  /** The next token; at the end it stays `end`. */
  get #token(): Token {
    return this.#tokens[this.#position] ?? (this.#tokens[this.#tokens.length - 1] as Token);
  }

  #take(kind: Token['kind'], expected: string): Token {
    const token = this.#token;
    if (token.kind !== kind) throw filterError(token, 'filterSyntax')`${loggable(expected)} is expected here`;
    this.#position += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const found = this.#token.kind === 'word' && this.#token.text.toLowerCase() === word;
    if (found) this.#position += 1;
    return found;
  }
}

const typeNames: Readonly<Record<string, Attribute['type']>> = { boolean: 'boolean', number: 'decimal' };
/** Words that can stand without quotes: names, ids, addresses, times. */
const UNQUOTED = /^[\p{L}\p{N}_+@#./~-][\p{L}\p{M}\p{N}_+@#./~:='’&?%!*-]*$/u;
/** Words of the grammar, and what a program writes for a value that it does not have. */
const NO_TEXT = new Set([...['and', 'or', 'not', 'pr', 'undefined', 'nan'], ...comparisons]);

/** The literal in a token; undefined for anything else, such as text without quotes. */
const literalOf = ({ value, text }: Token): Literal | undefined => {
  if (value !== undefined) return value;
  const lowerText = text.toLowerCase();
  return lowerText === 'null' ? null : (asBoolean(lowerText) ?? asNumber(text));
};

/** Refuses attributes that are never returned: filters would reveal their value letter by letter. */
const resolve = (place: Token, name: string, scope: Scope): AttributePath => {
  const path = scope.resolve(name);
  if (!path)
    throw filterError(
      place,
      'filterAttributeUnknown',
    )`${loggable(scope.owner)} has no attribute of that name`;
  if (path.attribute.returned === 'never' || targetOf(comparablePath(path) ?? path).returned === 'never') {
    throw filterError(place, 'filterAttributeHidden')`this attribute can be written but not searched`;
  }
  return path;
};
