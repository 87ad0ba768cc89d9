// Our part of a pull request's text: between two hidden comments, with digests of what we wrote.
import type { Sha256 } from '@sluice/rollout'

/** GitHub's limit for the whole text, in characters. */
export const BODY_LIMIT = 65536

const BEGIN =
  /<!-- sluice:promotion content=([0-9a-f]{16}) title=([0-9a-f]{16}) evidence=([0-9a-f]{64}) -->\n/
const END = '\n<!-- sluice:promotion end -->'

export interface Block {
  /** False when somebody changed the text between the markers. */
  readonly intact: boolean
  readonly content: string
  /** Cut digest of the title that we gave. */
  readonly title: string
  /** sha256 of the evidence document that the text shows. */
  readonly evidence: string
}

export const cutDigest = (text: string, sha256: Sha256): string => sha256(text).slice(0, 16)

/** Our block in a text; null when there is none. */
export function parseBlock(body: string, sha256: Sha256): Block | null {
  const found = locate(body)
  if (found === null) return null
  return { ...found.block, intact: cutDigest(found.block.content, sha256) === found.digest }
}

export interface BlockText {
  readonly content: string
  readonly title: string
  readonly evidence: string
}

/** The body with our block in it: in place of the old one, else at its end. All other text stays. */
export function placeBlock(body: string, text: BlockText, sha256: Sha256): string {
  const block = renderBlock(text, sha256)
  const found = locate(body)
  if (found !== null) return `${body.slice(0, found.start)}${block}${body.slice(found.end)}`
  return body.trim() === '' ? block : `${body.trimEnd()}\n\n${block}`
}

/** Characters that are left for the content beside what other people wrote. */
export function roomIn(body: string): number {
  const found = locate(body)
  const others = found === null ? body.length + 2 : body.length - (found.end - found.start)
  const markers = renderBlock({ content: '', title: '', evidence: 'e'.repeat(64) }, () =>
    'd'.repeat(64),
  )
  return Math.max(0, BODY_LIMIT - others - markers.length)
}

function renderBlock({ content, title, evidence }: BlockText, sha256: Sha256): string {
  const facts = [
    `content=${cutDigest(content, sha256)}`,
    `title=${cutDigest(title, sha256)}`,
    `evidence=${evidence}`,
  ]
  return `<!-- sluice:promotion ${facts.join(' ')} -->\n${content}${END}`
}

function locate(raw: string) {
  // GitHub's editor sends lines that end in CR LF; a text without a change must stay intact.
  const match = BEGIN.exec(raw) ?? BEGIN_CRLF.exec(raw)
  if (match === null) return null
  const [marker, digest = '', title = '', evidence = ''] = match
  const from = match.index + marker.length
  const end = [raw.indexOf(END, from), raw.indexOf(END_CRLF, from)].filter((at) => at >= 0)
  if (end.length === 0) return null
  const to = Math.min(...end)
  const closing = raw.startsWith(END, to) ? END : END_CRLF
  const content = raw.slice(from, to).replaceAll('\r\n', '\n')
  return {
    start: match.index,
    end: to + closing.length,
    digest,
    block: { content, title, evidence },
  }
}

const BEGIN_CRLF = new RegExp(BEGIN.source.replace(/\\n$/, '\\r\\n'))
const END_CRLF = `\r${END}`
