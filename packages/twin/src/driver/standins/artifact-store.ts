// Artifacts of all runs, as files on disk.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Artifact {
  readonly id: number
  readonly name: string
  readonly runId: number
  readonly attempt: number
}

export interface ArtifactFile {
  /** Where it is now. */
  readonly from: string
  /** Where it stands in the artifact. */
  readonly path: string
}

/** What one attempt of a run sees. */
export interface ArtifactScope {
  readonly runId: number
  readonly attempt: number
  /** A partial re-run sees what earlier attempts left; a full one starts with nothing. */
  readonly sinceAttempt: number
}

export class ArtifactStore {
  readonly #folder: string

  /** Keeps everything below this folder, so that another process may look in. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Visible artifacts, oldest first. */
  async list(scope: ArtifactScope): Promise<readonly Artifact[]> {
    const all = await this.#all()
    return all.filter(
      (artifact) =>
        artifact.runId === scope.runId &&
        artifact.attempt >= scope.sinceAttempt &&
        artifact.attempt <= scope.attempt,
    )
  }

  /** Throws when this attempt already has one of the name, unless it may be replaced. */
  async upload(
    scope: ArtifactScope,
    facts: {
      readonly name: string
      readonly files: readonly ArtifactFile[]
      readonly overwrite: boolean
    },
  ): Promise<Artifact> {
    const all = await this.#all()
    const same = all.find(
      (other) =>
        other.runId === scope.runId && other.attempt === scope.attempt && other.name === facts.name,
    )
    if (same !== undefined && !facts.overwrite) {
      throw new Error(
        'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
      )
    }
    if (same !== undefined) await rm(this.#place(same), { recursive: true })
    const id = 1 + Math.max(0, ...all.map((artifact) => artifact.id))
    const artifact = { id, name: facts.name, runId: scope.runId, attempt: scope.attempt }
    const files = join(this.#place(artifact), 'files')
    await mkdir(files, { recursive: true })
    for (const file of facts.files) {
      const target = join(files, file.path)
      await mkdir(dirname(target), { recursive: true })
      await cp(file.from, target, { dereference: true })
    }
    await writeFile(join(this.#place(artifact), 'artifact.json'), JSON.stringify(artifact))
    return artifact
  }

  async download(artifact: Artifact, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true })
    await cp(join(this.#place(artifact), 'files'), folder, { recursive: true })
  }

  #place(artifact: Artifact): string {
    return join(this.#folder, String(artifact.id))
  }

  async #all(): Promise<readonly Artifact[]> {
    await mkdir(this.#folder, { recursive: true })
    const ids = await readdir(this.#folder)
    const read = ids.map(async (id) => {
      const text = await readFile(join(this.#folder, id, 'artifact.json'), 'utf8')
      return JSON.parse(text) as Artifact
    })
    return (await Promise.all(read)).sort((a, b) => a.id - b.id)
  }
}
