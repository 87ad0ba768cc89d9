// How the runner reaches an endpoint's cluster and its slots, from inputs. No secrets.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubernetesSettings, SlotAddress, SlotProof } from './open.ts'

/** The inputs that `parseKubernetesSettings` reads. */
export const KUBERNETES_SETTING_INPUTS = [
  'context',
  'slot-address',
  'slot-proof',
  'request-path',
  'port',
] as const

const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/
/** Dotted: `meta.slot`, also with numbers for lists. */
const BODY_PATH = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/

type Read<Value> = { readonly value: Value } | { readonly wanted: string }

/** Inputs of these names, to settings; all problems at once. */
export function parseKubernetesSettings(
  inputs: Readonly<Record<string, string | undefined>>,
): Result<KubernetesSettings> {
  const problems: Problem[] = []
  const read = <Value>(
    name: string,
    otherwise: Value,
    parse: (text: string) => Read<Value>,
  ): Value => {
    const text = (inputs[name] ?? '').trim()
    if (text === '') return otherwise
    const found = parse(text)
    if ('value' in found) return found.value
    problems.push({ where: name, message: `found ${shown(text)}; wanted ${found.wanted}` })
    return otherwise
  }
  const settings: KubernetesSettings = {
    context: read<string | null>('context', null, (value) => ({ value })),
    slotAddress: read<SlotAddress>('slot-address', { kind: 'proxy' }, parseAddress),
    slotProof: read<SlotProof>('slot-proof', { kind: 'address' }, parseProof),
    requestPath: read('request-path', '/', parseRequestPath),
    port: read<string | null>('port', null, parsePort),
  }
  return problems.length > 0 ? bad(...problems) : good(settings)
}

function parseAddress(text: string): Read<SlotAddress> {
  if (text === 'proxy' || text === 'service') return { value: { kind: text } }
  // With a plain name in its place the template must be an address.
  const example = text.replaceAll('{slot}', 'slot')
  const url = text !== example && URL.canParse(example) ? new URL(example) : null
  const isPlain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  return isPlain
    ? { value: { kind: 'url', template: text.replace(/\/+$/, '') } }
    : { wanted: 'proxy, service, or an http(s) address with {slot} in it and nothing secret' }
}

function parseProof(text: string): Read<SlotProof> {
  if (text === 'address') return { value: { kind: 'address' } }
  const [, kind, rest = ''] = /^(header|body):(.+)$/.exec(text) ?? []
  if (kind === 'header' && HEADER.test(rest)) return { value: { kind, name: rest.toLowerCase() } }
  if (kind === 'body' && BODY_PATH.test(rest)) return { value: { kind, path: rest } }
  return { wanted: 'address, header:<name>, or body:<dotted path>' }
}

/** Through the API server's proxy a path that climbs would be one of the server itself. */
function parseRequestPath(text: string): Read<string> {
  const [way = ''] = text.split('?', 1)
  const parts = way.split('/').map((part) => part.replace(/%2e/gi, '.'))
  const isFine =
    /^\/[^\s#\\]*$/.test(text) &&
    !way.startsWith('//') &&
    !/%2f|%5c/i.test(way) &&
    !parts.some((part) => part === '.' || part === '..')
  return isFine ? { value: text } : { wanted: 'a path that begins with one / and does not climb' }
}

function parsePort(text: string): Read<string> {
  const isNumber = /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535
  return isNumber || PORT_NAME.test(text)
    ? { value: text }
    : { wanted: 'a number from 1 to 65535, or the name of a port of the Service' }
}

const shown = (text: string): string =>
  JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}...`)
