// `::name key=value::data` lines on stdout and stderr.

export interface WorkflowCommand {
  /** As registered, in lower case. */
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

const registered = [
  'debug',
  'notice',
  'warning',
  'error',
  'group',
  'endgroup',
  'add-mask',
  'add-matcher',
  'remove-matcher',
  'echo',
  'stop-commands',
  'save-state',
  'set-output',
  'set-env',
  'add-path',
]

/** A stop token may be neither empty nor a command's name. */
export const isRegistered = (name: string): boolean => registered.includes(name.toLowerCase())

/** The command of a line, or null when it is plain text. */
export function parseCommand(line: string): WorkflowCommand | null {
  return parseModern(line) ?? parseLegacy(line)
}

function parseModern(line: string): WorkflowCommand | null {
  const text = line.trimStart()
  if (!text.startsWith('::')) return null
  const end = text.indexOf('::', 2)
  if (end < 0) return null
  const head = text.slice(2, end)
  const space = head.indexOf(' ')
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase()
  if (!isRegistered(name)) return null
  const properties = space < 0 ? {} : parseProperties(head.slice(space + 1).trim(), ',')
  return { name, properties, data: unescapeData(text.slice(end + 2)) }
}

function parseLegacy(line: string): WorkflowCommand | null {
  const match = /##\[([^\]\s]+)(?:\s+([^\]]*))?\](.*)$/s.exec(line)
  if (match === null) return null
  const [, name = '', properties = '', data = ''] = match
  if (!isRegistered(name)) return null
  return {
    name: name.toLowerCase(),
    properties: parseProperties(properties, ';'),
    data: data
      .replaceAll('%3B', ';')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%5D', ']')
      .replaceAll('%25', '%'),
  }
}

function parseProperties(text: string, separator: string): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const part of text.split(separator)) {
    const equals = part.indexOf('=')
    if (equals <= 0) continue
    properties[part.slice(0, equals).trim().toLowerCase()] = unescapeProperty(
      part.slice(equals + 1),
    )
  }
  return properties
}

// `%25` last, so that `%250A` stays the text `%0A`.
const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

const unescapeProperty = (text: string): string =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
