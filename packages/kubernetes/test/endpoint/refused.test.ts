// Rights that the account lacks, as a person has to grant them.
import { describe, expect, test } from '@jest/globals'
import { DEPLOYMENT } from '../../src/endpoint/kinds.ts'
import { refusedWrite } from '../../src/endpoint/refused.ts'

const refused = (message: string, subresource?: string): string =>
  refusedWrite({
    verb: 'patch',
    resource: DEPLOYMENT,
    ...(subresource === undefined ? {} : { subresource }),
    namespace: 'shop',
    refusal: {
      request: 'PATCH /apis/apps/v1/namespaces/shop/deployments/mon-app-green',
      status: 403,
      reason: 'Forbidden',
      message,
      causes: [],
    },
  }).message

const said = (verb: string): string =>
  `deployments.apps "mon-app-green" is forbidden: User "ci" cannot ${verb} resource "deployments" in API group "apps" in the namespace "shop"`

describe('the right that is named', () => {
  test('is the one of the request', () => {
    expect(refused(said('patch'))).toMatch(
      /^the account may not patch deployments\.apps in namespace shop: /,
    )
    expect(refused('denied by an authorizer of the cloud', 'scale')).toMatch(
      /^the account may not patch deployments\/scale\.apps in namespace shop: denied /,
    )
  })

  test('is `create` where a patch would have made the object', () => {
    expect(refused(said('create'))).toMatch(
      /^the account may not create deployments\.apps in namespace shop: /,
    )
  })
})
