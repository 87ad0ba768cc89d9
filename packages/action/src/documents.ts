// Documents that go from step to step and from job to job: taken in, checked, written out.
import { join } from 'node:path'
import {
  digestOf,
  parseDocument,
  renderDocument,
  type DocumentKind,
  type DocumentOf,
} from '@sluice/documents'
import { actionError } from './errors.ts'
import { renderProblems } from './failure.ts'
import type { Ports } from './ports.ts'

export interface DocumentOrder<Kind extends DocumentKind> {
  readonly kind: Kind
  /** The input that it came by, for messages. */
  readonly input: string
  /** The raw input: JSON, or the path of a file. */
  readonly given: string
  /** sha256 hex that it was announced with; '' or absent: none was. */
  readonly digest?: string
}

export interface DocumentRead<Document> {
  readonly document: Document
  /** sha256 hex of the canonical form. */
  readonly digest: string
}

/**
 * Throws ACTION_NO_DOCUMENT when nothing was given, ACTION_BAD_DOCUMENT with every problem,
 * ACTION_DIGEST_MISMATCH with both digests. Evidence is typed by its second type parameter.
 */
export async function readDocument<Kind extends DocumentKind, Document = DocumentOf[Kind]>(
  order: DocumentOrder<Kind>,
  { files, sha256 }: Pick<Ports, 'files' | 'sha256'>,
): Promise<DocumentRead<Document>> {
  const { kind, input, digest: announced = '' } = order
  const given = order.given.trim()
  if (given === '') {
    throw actionError(
      'ACTION_NO_DOCUMENT',
      `input ${input} is empty; wanted a ${kind} (JSON, or a path)`,
    )
  }
  const inline = given.startsWith('{')
  const text = inline ? given : await files.readText(given)
  const read = parseDocument<Kind, Document>(kind, text, {
    file: inline ? `input ${input}` : given,
  })
  if (!read.ok) {
    throw actionError(
      'ACTION_BAD_DOCUMENT',
      `the ${kind} from input ${input} cannot be used:\n${renderProblems(read.problems)}`,
    )
  }
  const digest = digestOf(read.value, sha256)
  if (announced !== '' && announced !== digest) {
    throw actionError(
      'ACTION_DIGEST_MISMATCH',
      `the ${kind} from input ${input} has sha256 ${digest}; announced was ${announced}`,
    )
  }
  return { document: read.value, digest }
}

export interface DocumentWritten {
  /** Absolute path, below `run.documents`. */
  readonly path: string
  /** sha256 hex of the canonical form, which is what the file holds. */
  readonly digest: string
}

/** Writes `<documents>/<name>.json` in canonical form. `name`: lower-case words with hyphens. */
export async function writeDocument(
  { name, document }: { readonly name: string; readonly document: { readonly schema: string } },
  { files, run, sha256 }: Pick<Ports, 'files' | 'run' | 'sha256'>,
): Promise<DocumentWritten> {
  if (!/^[a-z][a-z-]*$/.test(name)) throw actionError('ACTION_BUG', `document name ${name}`)
  const path = join(run.documents, `${name}.json`)
  await files.writeText(path, renderDocument(document))
  return { path, digest: digestOf(document, sha256) }
}
