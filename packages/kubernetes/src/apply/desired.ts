// What is really sent for a manifest: the same object without what the server sets by itself.
import type { Resource } from '../connection/api-server.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import type { KubeObject, Metadata } from '../object.ts'
import { isRecord } from '../record.ts'

/** Set by the server; in a manifest they come from an exported object, and would be refused or lock it. */
const setByServer = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
] as const

/** `resource` null: its kind is not known yet. */
export function desiredObject(
  { object, id }: PlacedManifest,
  resource: Resource | null,
): KubeObject {
  const { namespace: _written, ...named } = object.metadata
  const metadata: Metadata = withoutKeys(
    id.namespace === null ? named : { ...named, namespace: id.namespace },
    setByServer,
  )
  const placed: KubeObject = { ...object, metadata }
  const whole = id.group === '' && id.kind === 'Secret' ? withPlainData(placed) : placed
  // A subresource of its own: an apply leaves it out, and its words are not checked.
  return resource?.subresources.includes('status') === true ? withoutKeys(whole, ['status']) : whole
}

function withoutKeys<Value extends object>(value: Value, keys: readonly string[]): Value {
  if (!keys.some((key) => key in value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) as Value
}

/**
 * `stringData` as `data`. The server turns it into data but notes that we own `stringData`: then a
 * key that leaves the manifest would stay in the Secret for ever.
 */
function withPlainData(secret: KubeObject): KubeObject {
  const { stringData, ...rest } = secret
  if (!isRecord(stringData)) return secret
  const texts = Object.entries(stringData)
  // The server says what is wrong with anything else.
  if (!texts.every((pair): pair is [string, string] => typeof pair[1] === 'string')) return secret
  const data = isRecord(rest['data']) ? rest['data'] : {}
  const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const)
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } } as KubeObject
}
