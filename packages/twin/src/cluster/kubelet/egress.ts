// The way from the API server to pods. Their addresses exist on no interface, so the API server is told to
// ask this proxy (CONNECT over a Unix socket) for every connection into the cluster; then
// `kubectl get --raw .../proxy/` reaches a pod, as on a cluster with a network.
import { createServer, type Server } from 'node:http'
import { connect, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import type { PodHttp } from './pod-http.ts'

/** Text of the API server's --egress-selector-config-file. */
export function renderEgressConfig(socket: string): string {
  const transport = { uds: { udsName: socket } }
  return `${JSON.stringify({
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [
      { name: 'cluster', connection: { proxyProtocol: 'HTTPConnect', transport } },
    ],
  })}\n`
}

export const egressSocket = (folder: string): string => `${folder}/egress.sock`
export const egressConfig = (folder: string): string => `${folder}/egress.json`

export async function serveEgress(socket: string, pods: PodHttp): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (incoming, stream: Duplex) => {
    stream.on('error', () => undefined)
    open(readTarget(incoming.url ?? ''), { stream, pods })
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(socket, resolve)
  })
  return server
}

interface Target {
  readonly ip: string
  readonly port: number
}

function readTarget(authority: string): Target {
  const { hostname, port } = new URL(`http://${authority}`)
  return { ip: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
}

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'
const isLoopback = (ip: string): boolean =>
  ip === 'localhost' || ip === '::1' || ip.startsWith('127.')

function open(target: Target, at: { readonly stream: Duplex; readonly pods: PodHttp }): void {
  const { stream, pods } = at
  // The kubelet itself, and webhooks of tests, are on loopback.
  if (isLoopback(target.ip)) return passOn(target, stream)
  if (isIP(target.ip) === 0 || !pods.isServing(target)) {
    stream.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
    return
  }
  stream.write(ESTABLISHED)
  pods.take(stream, target.ip)
}

function passOn({ ip, port }: Target, stream: Duplex): void {
  const onward = connect(port, ip)
  onward.on('error', () => stream.destroy())
  onward.on('connect', () => {
    stream.write(ESTABLISHED)
    stream.pipe(onward).pipe(stream)
  })
  stream.on('close', () => onward.destroy())
}
