// git/ref, git/refs, git/matching-refs.
import { invalid, type Call } from '../call.ts'
import { isFastForward, moveBranches, violationsOf } from '../branch-moves.ts'
import { isReferenceName, listReferences, readReference, ZERO_SHA } from '../references.ts'
import { notFound, ruleViolations, unprocessable } from '../refusal.ts'
import { apiUrl, nodeId } from '../render.ts'
import { ok, okPage, part, route } from '../router.ts'
import { typeOfObject } from '../trees.ts'

const read = { contents: 'read' } as const
const write = { contents: 'write' } as const

export const referenceRoutes = [
  route('GET git/ref/{ref...}', read, async (call) => {
    const name = nameOf(call)
    const sha = await readReference(call.git, name)
    if (sha === null) throw notFound()
    return ok(await render(call, name, sha))
  }),
  route('GET git/matching-refs/{ref...}', read, async (call) => {
    const found = Object.entries(await listReferences(call.git, nameOf(call)))
    return okPage(call, await Promise.all(found.map(([name, sha]) => render(call, name, sha))))
  }),
  route('POST git/refs', write, createReference),
  route('PATCH git/refs/{ref...}', write, updateReference),
  route('DELETE git/refs/{ref...}', write, deleteReference),
]

async function createReference(call: Call) {
  const name = call.body.text('ref')
  const sha = call.body.text('sha')
  if (!(await isReferenceName(call.git, name))) throw unprocessable('Reference name is invalid')
  await refuseBadTarget(call, name, sha)
  if ((await readReference(call.git, name)) !== null) {
    throw unprocessable('Reference already exists')
  }
  await moveByRules(call, { name, before: ZERO_SHA, after: sha })
  return ok(await render(call, name, sha), 201)
}

async function updateReference(call: Call) {
  const name = nameOf(call)
  const sha = call.body.text('sha')
  const force = call.body.flag('force', false)
  const before = await readReference(call.git, name)
  if (before === null) throw unprocessable('Reference does not exist')
  await refuseBadTarget(call, name, sha)
  const move = { name, before, after: sha }
  if (!force && !(await isFastForward(call, move))) {
    throw unprocessable('Update is not a fast forward')
  }
  await moveByRules(call, move)
  return ok(await render(call, name, sha))
}

async function deleteReference(call: Call) {
  const name = nameOf(call)
  const before = await readReference(call.git, name)
  if (before === null) throw unprocessable('Reference does not exist')
  if (name === `refs/heads/${call.state.repository.defaultBranch}`) {
    throw unprocessable('Cannot delete the default branch')
  }
  refuseHidden(name)
  await moveByRules(call, { name, before, after: ZERO_SHA })
  return { status: 204 }
}

async function moveByRules(
  call: Call,
  move: { readonly name: string; readonly before: string; readonly after: string },
): Promise<void> {
  const violations = await violationsOf(call, move)
  if (violations.length > 0) throw ruleViolations(422, violations)
  // A name in the way (`a` beside `a/b`) is what is left.
  if (!(await moveBranches(call, [move]))) throw unprocessable('Reference update failed')
}

/** Branches hold commits; everything holds objects that exist. */
export async function refuseBadTarget(call: Call, name: string, sha: string): Promise<void> {
  refuseHidden(name)
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw invalid('The sha parameter must be exactly 40 characters and contain only [0-9a-f].')
  const type = await typeOfObject(call.git, sha)
  if (type === null) throw unprocessable('Object does not exist')
  if (name.startsWith('refs/heads/') && type !== 'commit') {
    throw unprocessable('Object is not a commit')
  }
}

/** The references of pull requests belong to GitHub. */
function refuseHidden(name: string): void {
  if (name.startsWith('refs/pull/')) throw unprocessable('Reference cannot be updated')
}

const nameOf = (call: Call): string => `refs/${part(call, 'ref')}`

const render = async (call: Call, name: string, sha: string): Promise<object> => ({
  ref: name,
  node_id: nodeId('REF', call.state.repository.id),
  url: apiUrl(call, 'git', name),
  object: {
    type: await typeOfObject(call.git, sha),
    sha,
    url: apiUrl(call, 'git/commits', sha),
  },
})
