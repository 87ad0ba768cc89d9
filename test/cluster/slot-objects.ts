// Two slots and the Service in front of them, in the form that the guides use.
export interface SlotParts {
  readonly name: string
  readonly slot: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly targetPort?: number
}

/** A Deployment and its own Service, as `kubectl apply` takes them. */
export function slotObjects({
  name,
  slot,
  annotations = {},
  targetPort = 8080,
}: SlotParts): object[] {
  const labels = { app: name, version: slot }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `${name}-${slot}` },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations },
          spec: { containers: [{ name: 'web', image: `example/${name}:${slot}` }] },
        },
      },
    },
    serviceObject({ name: `${name}-${slot}`, selector: labels, targetPort }),
  ]
}

interface ServiceParts {
  readonly name: string
  readonly selector: Readonly<Record<string, string>>
  readonly targetPort?: number
}

const serviceObject = ({ name, selector, targetPort = 8080 }: ServiceParts): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector, ports: [{ name: 'http', port: 80, targetPort }] },
})

/** The Service that users know: its pods are those of blue. */
export const endpointObject = (name: string): object =>
  serviceObject({ name, selector: { app: name, version: 'blue' } })
