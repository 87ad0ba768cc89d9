// One object as somebody wrote it, and where.
import type { KubeObject, ObjectId } from '../object.ts'

/** Where an object stands in the user's files. */
export interface Source {
  readonly file: string
  /** Line of a field, from 1; of its nearest parent when the field is not there. */
  readonly lineOf: (path: readonly (string | number)[]) => number
}

export interface Manifest {
  readonly object: KubeObject
  readonly source: Source
}

/** A manifest whose scope and namespace were settled by discovery. */
export interface PlacedManifest extends Manifest {
  readonly id: ObjectId
  /** False while its CRD is not there yet but in the same set. */
  readonly known: boolean
}

/** `kubernetes/web.yml:12` */
export const renderSource = ({ file, lineOf }: Source, path: readonly (string | number)[] = []) =>
  `${file}:${lineOf(path)}`
