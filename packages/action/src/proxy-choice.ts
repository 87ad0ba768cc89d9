// Which proxy stands between this runner and a server, by the environment's own words.
import { BlockList, isIP } from 'node:net'

export type Environment = Readonly<Record<string, string | undefined>>

/** Address of the proxy for `origin`; null: none. Lower-case names win, as in curl. */
export function decideProxy(origin: string, env: Environment): string | null {
  const { protocol, hostname, port } = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const secure = protocol === 'https:'
  // HTTP_PROXY in capitals can be set by a request header where a program runs as CGI; we never do.
  const proxy = secure
    ? (told(env, 'https_proxy') ?? told(env, 'http_proxy'))
    : told(env, 'http_proxy')
  if (proxy === null) return null
  const target = { host, port: port === '' ? (secure ? '443' : '80') : port }
  return isExempt(target, told(env, 'no_proxy') ?? '') ? null : proxy
}

function told(env: Environment, name: string): string | null {
  const value = (env[name] ?? env[name.toUpperCase()] ?? '').trim()
  return value === '' ? null : value
}

interface Target {
  readonly host: string
  readonly port: string
}

/** NO_PROXY: names with their subdomains, `.suffix`, `*.suffix`, `*`, addresses, networks, `:port`. */
function isExempt(target: Target, list: string): boolean {
  return list
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => covers(entry.toLowerCase(), target))
}

function covers(entry: string, { host, port }: Target): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inNetwork(entry, host)
  const [, name = entry, only] = /^(.+?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? []
  if (only !== undefined && only !== port) return false
  const plain = name.replace(/^\[|\]$/g, '')
  if (plain === host) return true
  if (isIP(host) !== 0) return false
  const suffix = plain.replace(/^\*?\./, '')
  return suffix !== '' && host.endsWith(`.${suffix}`)
}

function inNetwork(entry: string, host: string): boolean {
  const family = isIP(host)
  const [network = '', bits = ''] = entry.split('/')
  if (family === 0 || isIP(network) !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 4 ? 32 : 128)) return false
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(network, Number(bits), kind)
  return list.check(host, kind)
}
