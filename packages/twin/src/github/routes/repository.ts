// The repository itself, its branches and the rules that apply to them.
import type { Call } from '../call.ts'
import { readCommit } from '../commits.ts'
import { readBranch } from '../references.ts'
import { notFound } from '../refusal.ts'
import { apiUrl, pageUrl, renderCommit, renderRepository } from '../render.ts'
import { ok, okPage, part, route } from '../router.ts'
import { rulesOf } from '../rules.ts'
import { slugOf } from '../state.ts'

export const repositoryRoutes = [
  route('GET ', {}, (call) => ok(renderRepository(call))),
  // Rules of a branch that does not exist yet are the rules that a new one would get.
  route('GET rules/branches/{branch...}', {}, (call) =>
    okPage(call, renderRules(call, part(call, 'branch'))),
  ),
  route('GET branches/{branch...}', { contents: 'read' }, async (call) => {
    const name = part(call, 'branch')
    const sha = await readBranch(call.git, name)
    if (sha === null) throw notFound('Branch not found')
    return ok({
      name,
      commit: renderCommit(call, await readCommit(call.git, sha)),
      _links: { self: apiUrl(call, 'branches', name), html: pageUrl(call, 'tree', name) },
      // Rulesets count as protection; only the classic one has checks to show here.
      protected: rulesOf(call.state, name).length > 0,
      protection: { enabled: false, required_status_checks: noClassicChecks },
      protection_url: `${apiUrl(call, 'branches', name)}/protection`,
    })
  }),
]

const noClassicChecks = { enforcement_level: 'off', contexts: [], checks: [] }

const renderRules = (call: Call, branch: string): readonly object[] =>
  rulesOf(call.state, branch).map(({ rule, rulesetId }) => ({
    ...rule,
    ruleset_source_type: 'Repository',
    ruleset_source: slugOf(call.state.repository),
    ruleset_id: rulesetId,
  }))
