// The Services that an Ingress names, and the same Ingress with other ones.
import { fieldsOf } from '../../health/fields.ts'
import type { KubeObject } from '../../object.ts'
import { fieldAt, isRecord, textOf } from '../../record.ts'

/** One Service that an Ingress leads to. A backend that is a `resource` is none. */
export interface IngressBackend {
  /** `spec.rules[0].http.paths[1].backend` */
  readonly path: string
  readonly service: string
  /** A number or a name; undefined: none. */
  readonly port: unknown
}

/** `spec.defaultBackend` first. */
export function backendsOf(object: KubeObject): readonly IngressBackend[] {
  const seen: IngressBackend[] = []
  mapBackends(object, (backend) => {
    seen.push(backend)
    return null
  })
  return seen
}

/** The Ingress with other Services where `change` says one; null: it stays. All other fields stay. */
export function mapBackends(
  object: KubeObject,
  change: (backend: IngressBackend) => string | null,
): KubeObject {
  const { spec } = object
  if (!isRecord(spec)) return object
  const { defaultBackend, rules } = spec
  const changed = {
    ...(isRecord(defaultBackend) && {
      defaultBackend: withService(defaultBackend, 'spec.defaultBackend', change),
    }),
    ...(Array.isArray(rules) && {
      rules: rules.map((rule: unknown, at) => mapRule(rule, `spec.rules[${at}]`, change)),
    }),
  }
  return { ...object, spec: { ...spec, ...changed } }
}

type Change = (backend: IngressBackend) => string | null

function mapRule(rule: unknown, path: string, change: Change): unknown {
  const paths = fieldAt(rule, ['http', 'paths'])
  if (!isRecord(rule) || !Array.isArray(paths)) return rule
  const mapped = paths.map((one: unknown, at) =>
    isRecord(one) && isRecord(one['backend'])
      ? {
          ...one,
          backend: withService(one['backend'], `${path}.http.paths[${at}].backend`, change),
        }
      : one,
  )
  return { ...rule, http: { ...fieldsOf(rule['http']), paths: mapped } }
}

function withService(
  backend: Readonly<Record<string, unknown>>,
  path: string,
  change: Change,
): Readonly<Record<string, unknown>> {
  const { service } = backend
  if (!isRecord(service)) return backend
  const port = fieldAt(service, ['port', 'number']) ?? fieldAt(service, ['port', 'name'])
  const name = change({ path, service: textOf(service['name']), port })
  return name === null ? backend : { ...backend, service: { ...service, name } }
}
