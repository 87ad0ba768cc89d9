// Who runs the cluster: applies what a team needs before its first workflow, hands out tokens, and
// looks at what a namespace holds. It asks the API server itself, past the recorder.
import { readFile } from 'node:fs/promises'
import { parseAllDocuments } from 'yaml'
import { ApiClient, type ApiAddress, type Ask } from '../../cluster/api-client.ts'
import { RehearsalRefused } from '../refusal.ts'
import { renderName, type KubeObject } from './kube-object.ts'

interface Resource {
  readonly kind: string
  /** `deployments` */
  readonly name: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

export class Administrator {
  readonly #client: ApiClient

  constructor(address: ApiAddress) {
    this.#client = new ApiClient(address)
  }

  close(): void {
    this.#client.close()
  }

  async makeNamespace(name: string): Promise<void> {
    await this.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      'rehearsal.yml: namespace',
    )
  }

  /** Every document of a YAML file, in its order. Throws RehearsalRefused with the server's word. */
  async applyFile(path: string): Promise<void> {
    for (const document of parseAllDocuments(await readFile(path, 'utf8'))) {
      const value = document.toJS() as KubeObject | null
      if (value !== null) await this.apply(value, path)
    }
  }

  /** What is at a path of the API; null: nothing. Throws when the server refuses. */
  async read<Answer>(path: string): Promise<Answer | null> {
    const { status, body } = await this.#client.ask({ method: 'GET', path })
    if (status === 404) return null
    if (isGood(status)) return body as Answer
    throw new Error(`GET ${path}: ${status} ${String(body['message'])}`)
  }

  /** False: it changed meanwhile, or went. */
  async writeStatus(path: string, status: object): Promise<boolean> {
    const answer = await this.#client.ask({
      method: 'PATCH',
      path: `${path}/status?fieldManager=gateway`,
      body: { status },
      type: 'application/merge-patch+json',
    })
    return isGood(answer.status)
  }

  /** A token of a ServiceAccount for an hour. */
  async makeToken(namespace: string, account: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    }
    const { status } = await this.#ask<TokenAnswer>({ method: 'POST', path, body })
    return status.token
  }

  /** Objects of the namespace that this field manager has a hand in, by kind and name. */
  async objectsOf(namespace: string, manager: string): Promise<readonly KubeObject[]> {
    const found: KubeObject[] = []
    for (const { version, resources } of await this.#discover()) {
      for (const { kind, name } of resources.filter(isListed)) {
        const path = `${pathOf(version)}/namespaces/${namespace}/${name}`
        const { items } = await this.#ask<{ items: readonly KubeObject[] }>({ method: 'GET', path })
        // Items of a list do not say what they are.
        for (const item of items) found.push({ ...item, apiVersion: version, kind })
      }
    }
    return found.filter((object) => isManagedBy(object, manager)).sort(byName)
  }

  /** `file`: where it was written, for the refusal. */
  async apply(object: KubeObject, file: string): Promise<void> {
    const { apiVersion, kind, metadata } = object
    const known = await this.#resourcesOf(apiVersion)
    const resource = known.find((one) => one.kind === kind && !one.name.includes('/'))
    if (resource === undefined) {
      throw new RehearsalRefused(`${file}: the cluster does not know ${kind} of ${apiVersion}`)
    }
    const place = resource.namespaced ? `/namespaces/${metadata.namespace}` : ''
    const { status, body } = await this.#client.ask({
      method: 'PATCH',
      path: `${pathOf(apiVersion)}${place}/${resource.name}/${metadata.name}?fieldManager=administrator&force=true`,
      body: object,
      type: 'application/apply-patch+yaml',
    })
    if (!isGood(status)) {
      const said = String(body['message'])
      throw new RehearsalRefused(`${file}: the cluster refuses ${renderName(object)}: ${said}`)
    }
  }

  /** Preferred versions only: an object shows up once. */
  async #discover(): Promise<
    readonly { readonly version: string; readonly resources: readonly Resource[] }[]
  > {
    const { groups } = await this.#ask<GroupList>({ method: 'GET', path: '/apis' })
    const versions = groups.map(({ preferredVersion }) => preferredVersion.groupVersion)
    return Promise.all(
      ['v1', ...versions].map(async (version) => ({
        version,
        resources: await this.#resourcesOf(version),
      })),
    )
  }

  async #resourcesOf(version: string): Promise<readonly Resource[]> {
    const { status, body } = await this.#client.ask({ method: 'GET', path: pathOf(version) })
    return status === 200 ? (body['resources'] as readonly Resource[]) : []
  }

  async #ask<Answer>(ask: Ask): Promise<Answer> {
    const { status, body } = await this.#client.ask(ask)
    if (isGood(status)) return body as Answer
    throw new Error(`${ask.method} ${ask.path}: ${status} ${String(body['message'])}`)
  }
}

interface TokenAnswer {
  readonly status: { readonly token: string }
}

interface GroupList {
  readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[]
}

const isGood = (status: number): boolean => status >= 200 && status < 300

const pathOf = (version: string): string =>
  version.includes('/') ? `/apis/${version}` : `/api/${version}`

const isListed = ({ name, namespaced, verbs, kind }: Resource): boolean =>
  namespaced && verbs.includes('list') && !name.includes('/') && kind !== 'Event'

const isManagedBy = ({ metadata }: KubeObject, manager: string): boolean =>
  metadata.managedFields?.some((entry) => entry.manager === manager) ?? false

const byName = (a: KubeObject, b: KubeObject): number => (renderName(a) < renderName(b) ? -1 : 1)
