// The kind of the two back ends that work by a Service's selector.
import type { Resource } from '../../connection/api-server.ts'

export const serviceResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
  verbs: ['create', 'get', 'list', 'patch', 'watch'],
  subresources: ['status', 'proxy'],
}
