// The back end of each kind.
import type { BackEndKind } from '../place.ts'
import type { BackEnd } from './back-end.ts'
import { httpRouteBackEnd } from './http-route.ts'
import { ingressNginxBackEnd } from './ingress-nginx.ts'
import { ingressBackEnd } from './ingress.ts'
import { openshiftRouteBackEnd } from './openshift-route.ts'
import { replicasBackEnd } from './replicas.ts'
import { serviceBackEnd } from './service.ts'
import { virtualServiceBackEnd } from './virtual-service.ts'

const backEnds: Readonly<Record<BackEndKind, BackEnd>> = {
  service: serviceBackEnd,
  replicas: replicasBackEnd,
  'http-route': httpRouteBackEnd,
  ingress: ingressBackEnd,
  'ingress-nginx': ingressNginxBackEnd,
  'virtual-service': virtualServiceBackEnd,
  'openshift-route': openshiftRouteBackEnd,
}

export const backEndOf = (kind: BackEndKind): BackEnd => backEnds[kind]
