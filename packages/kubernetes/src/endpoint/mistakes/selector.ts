// A Service whose selector matches no pod of the set, while one label would make the difference.
import type { Problem } from '@sluice/rollout'
import { bears, renderLabels, type Labels } from '../labels.ts'
import { mistakeAt, selectorOf, type Member, type Pods, type TrafficSet } from './traffic-set.ts'

/** Labels that controllers of Kubernetes put on pods themselves. */
const SET_LATER: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'job-name',
  'controller-uid',
])

export const findSelectorMistakes = (set: TrafficSet): readonly Problem[] =>
  set.ofKind('Service.').flatMap((service) => {
    const selector = withoutLater(selectorOf(service) ?? {})
    const near = nearest(set.podsIn(service.namespace), selector)
    return near === null ? [] : [mistakeOf(service, selector, near)]
  })

const withoutLater = (selector: Labels): Labels =>
  Object.fromEntries(Object.entries(selector).filter(([key]) => !SET_LATER.has(key)))

interface Near {
  readonly pods: Pods
  /** The label that differs. */
  readonly key: string
}

/** The pods that all labels but one fit; null: some fit wholly, or none nearly. */
function nearest(pods: readonly Pods[], selector: Labels): Near | null {
  if (pods.some(({ labels }) => bears(labels, selector))) return null
  const near = pods.flatMap((one): readonly Near[] => {
    const wrong = Object.keys(selector).filter((key) => one.labels[key] !== selector[key])
    const [key, ...more] = wrong
    const fits = Object.keys(selector).length > 1 && more.length === 0
    return key === undefined || !fits || mayComeLater(one, key) ? [] : [{ pods: one, key }]
  })
  return near[0] ?? null
}

const mayComeLater = ({ labels, complete }: Pods, key: string): boolean =>
  !complete && labels[key] === undefined

function mistakeOf(service: Member, selector: Labels, { pods, key }: Near): Problem {
  const found = pods.labels[key]
  const has = found === undefined ? `no label ${key}` : `${key}=${found}`
  const message = `selects ${renderLabels(selector)}, which is no pod of these manifests: those of ${pods.member.name} have all of it but ${has}; correct the label, or add what makes such pods`
  return mistakeAt(service, ['spec', 'selector', key], message)
}
