// Walking the parser's token tree.
import type {
  MappingToken,
  SequenceToken,
  TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index'
import { isMapping, isSequence, isString } from './parser.ts'

export type Token = TemplateToken
export type Mapping = MappingToken

export interface Entry {
  readonly key: string
  readonly keyToken: Token
  readonly value: Token
}

/** The pairs of a mapping; none for anything else (null, absent). */
export function entriesOf(token: Token | undefined): readonly Entry[] {
  if (token === undefined || !isMapping(token)) return []
  return [...token].map((pair) => ({
    key: pair.key.toString(),
    keyToken: pair.key,
    value: pair.value,
  }))
}

export const childOf = (token: Token | undefined, key: string): Token | undefined =>
  entriesOf(token).find((entry) => entry.key === key)?.value

export function itemsOf(token: Token | undefined): readonly Token[] {
  return token !== undefined && isSequence(token) ? [...(token as SequenceToken)] : []
}

/** The text of a literal; undefined for an expression, a mapping or nothing. */
export function literalOf(token: Token | undefined): string | undefined {
  if (token === undefined || token.isExpression || !token.isScalar) return undefined
  return isString(token) ? token.value : (token as unknown as { toString(): string }).toString()
}

export const lineOf = (token: Token | undefined): number => token?.line ?? 0
