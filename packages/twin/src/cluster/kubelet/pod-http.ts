// The HTTP server in every pod: one for all of them, which knows the pod by the address that was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Kubelet, PodRecord } from './kubelet.ts'
import type { Pod } from './pod.ts'

/** Where a pod answers that declares no port. */
const DEFAULT_PORT = 8080

export class PodHttp {
  readonly #kubelet: Kubelet
  readonly #server: Server
  /** The pod's address of a connection that came through the API server. */
  readonly #addresses = new WeakMap<object, string>()

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet
    this.#server = createServer((incoming, response) => this.#answer(incoming, response))
  }

  isServing({ ip, port }: { readonly ip: string; readonly port: number }): boolean {
    const record = this.#kubelet.findServing(ip)
    return record !== null && portsOf(record.pod).includes(port)
  }

  /** An open connection to the pod of this address. */
  take(socket: Duplex, ip: string): void {
    this.#addresses.set(socket, ip)
    this.#server.emit('connection', socket)
  }

  /**
   * Also serves on this port of every address of the machine. Only inside a network namespace that
   * routes 10.66.0.0/16 to itself: elsewhere no pod address is the machine's own.
   */
  async listen(port: number): Promise<void> {
    this.#server.on('connection', (socket) => {
      const ip = this.#addresses.get(socket) ?? socket.localAddress ?? ''
      // To a pod that is not there a connection is refused, not answered.
      if (this.#kubelet.findServing(ip) === null) socket.resetAndDestroy()
    })
    await new Promise<void>((resolve, reject) => {
      this.#server.on('error', reject)
      this.#server.listen(port, '0.0.0.0', resolve)
    })
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const ip = this.#addresses.get(incoming.socket) ?? incoming.socket.localAddress ?? ''
    const record = this.#kubelet.findServing(ip)
    if (record === null) return void incoming.socket.destroy()
    const annotations = record.pod.metadata.annotations ?? {}
    setTimeout(
      () => {
        response.writeHead(Number(annotations['test/http-status'] ?? 200), {
          'content-type': 'application/json',
          // A pod that ends lets its clients go.
          ...(record.isDying && { connection: 'close' }),
        })
        response.end(JSON.stringify(describe(record, incoming.url ?? '/')))
      },
      Number(annotations['test/http-delay'] ?? 0),
    )
  }
}

function describe({ pod, ip }: PodRecord, path: string): object {
  const image = pod.spec.containers[0]?.image ?? ''
  const { name, namespace, labels = {} } = pod.metadata
  return { pod: name, namespace, ip, path, image, version: tagOf(image), labels }
}

const tagOf = (image: string): string => /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? ''

function portsOf({ spec }: Pod): readonly number[] {
  const declared = spec.containers.flatMap(({ ports = [] }) =>
    ports.map((one) => one.containerPort),
  )
  return declared.length > 0 ? declared : [DEFAULT_PORT]
}
