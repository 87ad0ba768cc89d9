// All workflow files of a repository at a commit.
import { listAt } from './git.ts'
import { gitSource } from './source.ts'
import { readWorkflow, type WorkflowFile } from './workflow-file.ts'

const folder = '.github/workflows'

/**
 * In the order of their names; none for the commit of a deleted branch. Throws WorkflowRefused when
 * one of the files is wrong. What they call is judged when they run.
 */
export async function readWorkflows(
  repository: { readonly slug: string; readonly gitDirectory: string },
  sha: string,
): Promise<readonly WorkflowFile[]> {
  if (/^0+$/.test(sha)) return []
  const { gitDirectory } = repository
  const source = gitSource({ repository: repository.slug, sha, gitDirectory, scratch: '' })
  const listed = await listAt(gitDirectory, sha, folder)
  const paths = listed.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)).toSorted()
  return Promise.all(paths.map((path) => readWorkflow({ source, path, calledText: null })))
}
