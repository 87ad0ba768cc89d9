// POST /graphql: a small part of GitHub's schema, executed for real, so that any document which
// asks for something else gets the validation error that it deserves.
import { buildSchema, GraphQLError, graphql } from 'graphql'
import type { SimAnswer } from '../kernel/simulator.ts'
import { demand, type Needed } from './actor.ts'
import { isFastForward, moveBranches, violationsOf } from './branch-moves.ts'
import { isObject, type Call } from './call.ts'
import { isReferenceName, readReference, ZERO_SHA, type ReferenceMove } from './references.ts'
import { Refusal } from './refusal.ts'
import { nodeId, pageUrl } from './render.ts'
import { refuseBadTarget } from './routes/references.ts'
import { slugOf } from './state.ts'

const schema = buildSchema(`
  scalar GitObjectID
  scalar GitRefname
  scalar URI

  interface Node { id: ID! }
  interface GitObject { id: ID! oid: GitObjectID! }

  type Query {
    repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  }
  type Repository implements Node {
    id: ID!
    databaseId: Int
    name: String!
    nameWithOwner: String!
    isPrivate: Boolean!
    url: URI!
    ref(qualifiedName: String!): Ref
    defaultBranchRef: Ref
  }
  type Ref implements Node { id: ID! name: String! prefix: String! target: Commit }
  type Commit implements Node & GitObject { id: ID! oid: GitObjectID! }

  type Mutation {
    updateRefs(input: UpdateRefsInput!): UpdateRefsPayload
  }
  input UpdateRefsInput {
    clientMutationId: String
    refUpdates: [RefUpdate!]!
    repositoryId: ID!
  }
  input RefUpdate {
    afterOid: GitObjectID!
    beforeOid: GitObjectID
    force: Boolean = false
    name: GitRefname!
  }
  type UpdateRefsPayload { clientMutationId: String }
`)

interface RefUpdate {
  readonly name: string
  readonly afterOid: string
  readonly beforeOid?: string | null
  readonly force: boolean
}

interface UpdateRefsInput {
  readonly clientMutationId?: string | null
  readonly repositoryId: string
  readonly refUpdates: readonly RefUpdate[]
}

/** Status 200 whatever happens, as on GitHub; errors are in the body. */
export async function answerGraphql(call: Call): Promise<SimAnswer> {
  const source = call.body.text('query')
  const variables = call.body.raw['variables']
  const operationName = call.body.optionalText('operationName')
  const result = await graphql({
    schema,
    source,
    rootValue: {
      repository: (wanted: { owner: string; name: string }) => repository(call, wanted),
      updateRefs: ({ input }: { input: UpdateRefsInput }) => updateRefs(call, input),
    },
    variableValues: isObject(variables) ? variables : {},
    ...(operationName !== null && { operationName }),
  })
  const errors = result.errors?.map(renderError)
  return {
    status: 200,
    body: {
      ...(result.data !== undefined && { data: result.data }),
      ...(errors !== undefined && { errors }),
    },
  }
}

function renderError(error: GraphQLError): object {
  const type = error.extensions['type']
  return {
    ...(typeof type === 'string' && { type }),
    ...(error.path !== undefined && { path: error.path }),
    ...(error.locations !== undefined && { locations: error.locations }),
    message: error.message,
  }
}

const failure = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } })

/** Refusals of the REST side in GraphQL's shape. */
async function translated<Value>(act: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw failure(error.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE', error.message)
  }
}

const allow = (call: Call, needed: Needed): Promise<void> =>
  translated(() => demand(call.actor, needed))

const idOf = (call: Call): string => nodeId('R', call.state.repository.id)

function repository(call: Call, wanted: { readonly owner: string; readonly name: string }) {
  const facts = call.state.repository
  const asked = `${wanted.owner}/${wanted.name}`
  if (asked.toLowerCase() !== slugOf(facts).toLowerCase()) {
    throw failure('NOT_FOUND', `Could not resolve to a Repository with the name '${asked}'.`)
  }
  return {
    id: idOf(call),
    // GitHub's Int has 32 bits; an id that does not fit is null there.
    databaseId: null,
    name: facts.name,
    nameWithOwner: slugOf(facts),
    isPrivate: true,
    url: pageUrl(call),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      reference(
        call,
        qualifiedName.startsWith('refs/') ? qualifiedName : `refs/heads/${qualifiedName}`,
      ),
    defaultBranchRef: () => reference(call, `refs/heads/${facts.defaultBranch}`),
  }
}

async function reference(call: Call, name: string): Promise<object | null> {
  await allow(call, { contents: 'read' })
  const oid = await readReference(call.git, name)
  if (oid === null) return null
  const slash = name.indexOf('/', 'refs/'.length) + 1
  return {
    id: nodeId('REF', call.state.repository.id),
    name: name.slice(slash),
    prefix: name.slice(0, slash),
    target: { id: `C_${oid}`, oid },
  }
}

/**
 * All or nothing. `beforeOid` must be where the reference stands (zeros: it must not exist).
 * The text for one that stands elsewhere is ours: rely on the error, not on its words.
 */
async function updateRefs(call: Call, input: UpdateRefsInput): Promise<object> {
  await allow(call, { contents: 'write' })
  if (input.repositoryId !== idOf(call)) {
    throw failure(
      'NOT_FOUND',
      `Could not resolve to a node with the global id of '${input.repositoryId}'`,
    )
  }
  const moves = await translated(() =>
    Promise.all(input.refUpdates.map((update) => moveOf(call, update))),
  )
  const violations = (await Promise.all(moves.map((move) => violationsOf(call, move)))).flat()
  if (violations.length > 0) {
    throw failure('UNPROCESSABLE', `Repository rule violations found\n\n${violations.join('\n\n')}`)
  }
  if (!(await moveBranches(call, moves))) throw failure('UNPROCESSABLE', 'Reference update failed')
  return { clientMutationId: input.clientMutationId ?? null }
}

async function moveOf(call: Call, update: RefUpdate): Promise<ReferenceMove> {
  const { name, afterOid: after } = update
  if (!(await isReferenceName(call.git, name))) {
    throw failure('UNPROCESSABLE', 'A ref name must be fully qualified and well-formed.')
  }
  const before = (await readReference(call.git, name)) ?? ZERO_SHA
  const expected = update.beforeOid ?? null
  if (expected !== null && expected !== before) {
    throw failure(
      'UNPROCESSABLE',
      expected === ZERO_SHA
        ? `A ref named "${name}" already exists in the repository.`
        : `Expected ref "${name}" to point to "${expected}" but it did not.`,
    )
  }
  if (after !== ZERO_SHA) await refuseBadTarget(call, name, after)
  const move = { name, before, after }
  if (!update.force && !(await isFastForward(call, move))) {
    throw failure('UNPROCESSABLE', 'Update is not a fast forward')
  }
  return move
}
