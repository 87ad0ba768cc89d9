// What traffic-swap is killed on: each back end with the steps that it has, and the objects that a team
// brings to it.
import type { BackEndKind, KubeObject } from '@sluice/kubernetes'
import { TRAFFIC_KINDS, type TrafficKind } from '../traffic-objects.ts'

export const NAME = 'mon-app'

export interface Course {
  readonly backEnd: BackEndKind
  readonly kind: TrafficKind
  /** Name of the object that holds the weights. */
  readonly trafficObject: string
  /** Weights of green, one after the other. */
  readonly steps: readonly number[]
  /** Of each slot. */
  readonly replicas: number
  /** The back end with which blue got its requests, where it is another one. */
  readonly first: TrafficKind
  /** Nothing shows that a write is in force, so the action waits a fixed time; here it passes at once. */
  readonly isTimed: boolean
}

const course = (
  kind: TrafficKind,
  more: Partial<Course> & Pick<Course, 'steps' | 'isTimed'>,
): Course => ({
  backEnd: kind.backEnd,
  kind,
  trafficObject: NAME,
  replicas: 1,
  first: kind,
  ...more,
})

const ingressTo = (service: string, metadata: KubeObject['metadata']): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'mon-app.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
})

const main = ingressTo(NAME, { name: NAME })
const canary = ingressTo(`${NAME}-green`, {
  name: `${NAME}-canary`,
  annotations: { 'nginx.ingress.kubernetes.io/canary': 'true' },
})

const { service, replicas, httpRoute, ingress, virtualService, openshiftRoute } = TRAFFIC_KINDS
const STEPS = [10, 50, 100]

/** Those that take longest come first. */
export const COURSES: readonly Course[] = [
  // As many as 10 % needs of whole pods.
  course(replicas, { steps: STEPS, replicas: 9, isTimed: false }),
  course(httpRoute, { steps: STEPS, isTimed: false }),
  course(service, { steps: [100], isTimed: false }),
  course(virtualService, { steps: [10, 100], isTimed: true }),
  course(openshiftRoute, { steps: [10, 100], isTimed: true }),
  course(
    { ...ingress, backEnd: 'ingress-nginx', object: canary },
    {
      steps: [10, 100],
      isTimed: true,
      trafficObject: `${NAME}-canary`,
      first: { ...ingress, object: main },
    },
  ),
  course(ingress, { steps: [100], isTimed: true }),
]
