// The files by which a step tells the runner: GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE, GITHUB_PATH.

export interface Setting {
  readonly name: string
  readonly value: string
}

/** `KEY=VALUE` and `KEY<<END` blocks. Throws Error with the runner's words. */
export function parseCommandFile(text: string): readonly Setting[] {
  const settings: Setting[] = []
  let position = 0
  while (position < text.length) {
    const line = lineAt(text, position)
    position = line.next
    if (line.text === '') continue
    const equals = line.text.indexOf('=')
    const heredoc = line.text.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      settings.push(named(line.text, line.text.slice(0, equals), line.text.slice(equals + 1)))
    } else if (heredoc >= 0) {
      const delimiter = line.text.slice(heredoc + 2)
      const block = blockAt(text, position, { delimiter, opening: line.text })
      position = block.next
      settings.push(named(line.text, line.text.slice(0, heredoc), block.value))
    } else {
      throw new Error(`Invalid format '${line.text}'`)
    }
  }
  return settings
}

/** One entry a line; empty lines do not count. */
export function parsePathFile(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== '')
}

function named(line: string, name: string, value: string): Setting {
  if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`)
  return { name, value }
}

function blockAt(
  text: string,
  start: number,
  { delimiter, opening }: { readonly delimiter: string; readonly opening: string },
): { readonly value: string; readonly next: number } {
  if (delimiter === '') {
    throw new Error(
      `Invalid format '${opening}'. Name must not be empty and delimiter must not be empty`,
    )
  }
  let position = start
  let end = start
  while (position < text.length) {
    const line = lineAt(text, position)
    // The last newline belongs to the delimiter, not to the value.
    if (line.text === delimiter)
      return { value: text.slice(start, Math.max(start, end)), next: line.next }
    if (line.newline === '') throw new Error(`Invalid value. EOF marker missing new line.`)
    end = line.next - line.newline.length
    position = line.next
  }
  throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
}

function lineAt(
  text: string,
  start: number,
): { readonly text: string; readonly newline: string; readonly next: number } {
  const end = text.indexOf('\n', start)
  if (end < 0) return { text: text.slice(start), newline: '', next: text.length }
  const carriage = end > start && text.charAt(end - 1) === '\r'
  const textEnd = carriage ? end - 1 : end
  return { text: text.slice(start, textEnd), newline: carriage ? '\r\n' : '\n', next: end + 1 }
}
