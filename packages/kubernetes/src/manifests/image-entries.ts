// Entries of the input `images`: what to put in the place of which repository.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { parseImageReference, repositoryOf, type ImageReference } from './image-reference.ts'

export interface ImageEntry {
  /** As it was given. */
  readonly text: string
  /** The repository that is replaced. */
  readonly repository: string
  /** The new image as text, without tag and digest when those of the manifest stay. */
  readonly image: string
  readonly keepsVersion: boolean
}

const FORMS = 'wanted registry/app:tag, registry/app@sha256:..., or old=new'

/** `app:tag`, `app@digest`, and as in kustomize `old=new`, `old=new:tag`, `old=new@digest`. */
export function parseImageEntries(entries: readonly string[]): Result<readonly ImageEntry[]> {
  const problems: Problem[] = []
  const read: ImageEntry[] = []
  for (const text of entries) {
    const complain = (message: string): void => void problems.push({ where: 'images', message })
    const entry = parseEntry(text.trim())
    if (typeof entry === 'string') {
      complain(`${JSON.stringify(shorten(text))} ${entry}`)
      continue
    }
    const twin = read.find(({ repository }) => repository === entry.repository)
    if (twin === undefined) read.push(entry)
    else complain(`\`${entry.text}\` and \`${twin.text}\` both stand for ${entry.repository}`)
  }
  return problems.length > 0 ? bad(...problems) : good(read)
}

/** The entry, or what is wrong with it. */
function parseEntry(text: string): ImageEntry | string {
  const equals = text.indexOf('=')
  const image = text.slice(equals + 1)
  const wanted = parseImageReference(image)
  if (wanted === null) return `is no image reference; ${FORMS}`
  if (equals === -1) {
    if (isBare(wanted)) return `names no tag and no digest; ${FORMS}`
    return { text, repository: repositoryOf(wanted), image, keepsVersion: false }
  }
  const old = parseImageReference(text.slice(0, equals))
  if (old === null) return `has no image name before =; ${FORMS}`
  if (!isBare(old)) return 'has a tag or digest before =; wanted the name alone there'
  return { text, repository: repositoryOf(old), image, keepsVersion: isBare(wanted) }
}

const isBare = ({ tag, digest }: ImageReference): boolean => tag === null && digest === null

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}...` : text)
