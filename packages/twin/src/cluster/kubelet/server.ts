// The kubelet's own HTTPS server: logs for the API server, fates for tests. Loopback only.
import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Certificate } from '../../kernel/certificate.ts'
import type { FateRule } from './fate-rules.ts'
import type { Kubelet } from './kubelet.ts'
import { answerLogs, readLogQuestion } from './logs.ts'
import type { RequestLog } from './request-log.ts'

export interface KubeletServer {
  readonly port: number
  close(): void
}

/** What the server tells and changes. `token`: what a test must show to change fates. */
interface Served {
  readonly kubelet: Kubelet
  readonly requests: RequestLog
  readonly token: string
}

export async function serveKubelet(
  served: Served,
  certificate: Certificate,
): Promise<KubeletServer> {
  const { key, cert } = certificate
  const server: Server = createServer({ key, cert }, (incoming, response) => {
    answer(incoming, served).then(
      ({ status, text }) => send(response, status, text),
      (error: unknown) => send(response, 500, String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface TextAnswer {
  readonly status: number
  readonly text: string
}

async function answer(
  incoming: IncomingMessage,
  { kubelet, requests, token }: Served,
): Promise<TextAnswer> {
  const url = new URL(incoming.url ?? '/', 'https://kubelet')
  const [, room, ...rest] = url.pathname.split('/').map(decodeURIComponent)
  if (incoming.method === 'GET' && room === 'containerLogs')
    return logsOf(kubelet, { names: rest, query: url.searchParams })
  if (room !== 'control' || !isSame(incoming.headers['x-control-token'], token))
    return { status: 404, text: `the fake kubelet has no ${incoming.method} ${url.pathname}` }
  if (rest[0] === 'fates') await kubelet.addRule(JSON.parse(await readText(incoming)) as FateRule)
  else if (rest[0] === 'cut-watch') kubelet.cutWatch()
  else if (rest[0] === 'requests') {
    const { namespace } = JSON.parse(await readText(incoming)) as { readonly namespace: string }
    return { status: 200, text: JSON.stringify({ requests: requests.of(namespace) }) }
  } else return { status: 404, text: `no such control: ${url.pathname}` }
  return { status: 200, text: '{}' }
}

function logsOf(
  kubelet: Kubelet,
  asked: { readonly names: readonly string[]; readonly query: URLSearchParams },
): TextAnswer {
  const [namespace = '', name = '', container = ''] = asked.names
  const record = kubelet.find(namespace, name)
  const step = record?.step ?? null
  if (record === undefined || step === null) return { status: 404, text: `pod "${name}" not found` }
  const { pod } = record
  const views = [
    ...(pod.spec.initContainers ?? []).map((one, index) => [one.name, step.init[index]] as const),
    ...pod.spec.containers.map((one, index) => [one.name, step.containers[index]] as const),
  ]
  const view = views.find(([known]) => known === container)?.[1]
  if (view === undefined)
    return { status: 404, text: `container "${container}" not found in pod "${name}"` }
  return answerLogs(readLogQuestion(asked.query), {
    pod: name,
    container,
    view,
    fate: kubelet.rules.fateOf(pod),
    text: kubelet.rules.logOf(pod),
  })
}

function isSame(given: string | string[] | undefined, token: string): boolean {
  const bytes = Buffer.from(String(given))
  return bytes.length === token.length && timingSafeEqual(bytes, Buffer.from(token))
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk)
  return text
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}
