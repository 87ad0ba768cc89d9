// Text that programs and people in a cluster wrote, made harmless for a log: one line, no commands of
// the runner, no colours, nothing that looks like a credential.
import { oneLine } from '@sluice/documents'

const LONGEST_LINE = 400

/** Colours, titles and cursor moves of terminals. */
const TERMINAL = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g
/** The runner obeys `::command::` and the older `##[command]` at the beginning of a line. */
const COMMAND = /^\s*(?:::|##\[)/

const HIDDEN = '***'

/** What to hide of a text: the first group stays, the rest becomes `***`. */
const CREDENTIALS: readonly RegExp[] = [
  // Authorization: Bearer abc, "authorization": "Basic abc"
  /((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)\s+)?)[^\s"',;]+/gi,
  /(\bbearer\s+)[\w\-.~+/]{8,}=*/gi,
  // https://user:pass@host
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*:[^\s@"']+(?=@)/gi,
  // PASSWORD=abc, "api_key": "a b", --token abc, db-password: abc
  /((?:pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?(?:key|access[_-]?key))?|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|client[_-]?secret|credentials?|sig|signature|connection[_-]?string|cookie)["']?\s*(?:=>|[:=])\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"',;&)\]}]+)/gi,
  /(--(?:password|token|secret|api-key)\s+)\S+/gi,
  // Three parts of base64url: a JSON web token.
  /()\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  // Keys whose form tells what they are.
  /()\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|AKIA[A-Z0-9]{16}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,})/g,
]

/** Without what looks like a credential. A masked value never grows back: `***` stays `***`. */
export const hideCredentials = (text: string): string =>
  CREDENTIALS.reduce((sum, pattern) => sum.replace(pattern, `$1${HIDDEN}`), text)

/** One line, at most 400 characters. */
export function inertLine(text: string, limit = LONGEST_LINE): string {
  // Patterns are tried on a bounded text; what is cut off was never shown.
  const flat = oneLine(text.slice(0, limit * 8).replace(TERMINAL, '')).trimEnd()
  const safe = hideCredentials(flat).replace(COMMAND, (found) => found.replace(/[:#]/, '$& '))
  const characters = Array.from(safe)
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : safe
}

/** The last lines of a log, without those of a private key; [] for an empty one. */
export function inertLines(text: string, count: number): readonly string[] {
  const open = text.replace(
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    HIDDEN,
  )
  const lines = open.split(/\r\n|\n|\r/).map((line) => line.trimEnd())
  while (lines.at(-1) === '') lines.pop()
  return lines.slice(-count).map((line) => inertLine(line))
}
