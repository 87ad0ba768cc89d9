// The workflows of the user: one whose only work is to move the traffic, and one where something
// after it fails the first time.
import { BAKE_SECONDS, STEPS } from './subject.ts'
import { PUBLISHED } from '../doubles/project.ts'

const swap = `      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with:
          persist-credentials: false
      - id: swap
        uses: ${PUBLISHED}/actions/traffic-swap@0000000000000000000000000000000000000000
        with:
          target: target.json
          evidence-file: evidence.json
          steps: ${STEPS.join(',')}
          bake-seconds: ${BAKE_SECONDS}
          azure-client-id: \${{ vars.AZURE_CLIENT_ID }}
          azure-tenant-id: \${{ vars.AZURE_TENANT_ID }}
`

const workflow = (more: string): string => `on: push
permissions:
  contents: read
  id-token: write
jobs:
  traffic:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    outputs:
      outcome: \${{ steps.swap.outputs.outcome }}
      changed: \${{ steps.swap.outputs.changed }}
    steps:
${swap}${more}`

export const SWAP = '.github/workflows/swap.yml'
export const LATER_FAILURE = '.github/workflows/later-failure.yml'

/** Path to text. */
export const workflowFiles = (): Readonly<Record<string, string>> => ({
  [SWAP]: workflow(''),
  [LATER_FAILURE]: workflow(`      - name: Tell the others
        run: test "$GITHUB_RUN_ATTEMPT" != 1
`),
})
