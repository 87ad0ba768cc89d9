// From the input `manifests` to objects with file and line. All problems of all files at once.
import { parseYamlStream, type YamlDocument } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { idOf, renderId } from '../object.ts'
import type { KubernetesPorts } from '../ports.ts'
import { readObjects } from './document-objects.ts'
import { findManifestFiles, readText } from './finding.ts'
import { isRecord } from '../record.ts'
import { renderSource, type Manifest, type Source } from './manifest.ts'
import { renderCharts } from './helm.ts'
import { renderKustomizations } from './kustomize.ts'
import { findTwins } from './twins.ts'

export type Render = 'none' | 'kustomize' | 'helm'

export interface ManifestsRequest {
  /** Files, folders and globs; with `render`, folders of kustomizations or charts. */
  readonly manifests: readonly string[]
  readonly render: Render
  /** For Helm. */
  readonly valuesFiles: readonly string[]
  /** For Helm; null: the name of the chart's folder. */
  readonly releaseName: string | null
  /** For Helm; null: its own default. */
  readonly namespace: string | null
}

export type ManifestPorts = Pick<KubernetesPorts, 'files' | 'exec' | 'log' | 'signal'>

/** A text with manifests, and how its places are told about. */
export interface ManifestText {
  readonly file: string
  readonly text: string
  /** Where a document of a rendered text comes from; null: from the text itself. */
  readonly origin: ((document: YamlDocument) => Source) | null
}

/**
 * The objects of the set, in the order of the files; never none. Scalars that YAML 1.1 reads as
 * something else become one notice each, and so do Helm hooks, which are left out.
 */
export async function readManifests(
  request: ManifestsRequest,
  ports: ManifestPorts,
): Promise<Result<readonly Manifest[]>> {
  const texts = await readTexts(request, ports)
  if (!texts.ok) return texts
  const read = texts.value.map(readManifestText)
  const manifests = read.flatMap((one) => one.manifests)
  const problems = [...read.flatMap((one) => one.problems), ...findTwins(manifests)]
  if (problems.length > 0) return bad(...problems)
  for (const { where, message } of read.flatMap((one) => one.notes)) {
    ports.log.notice(`${where}: ${message}`)
  }
  const wanted = withoutHooks(manifests, ports)
  if (wanted.length > 0) return good(wanted)
  const where = request.manifests.join(', ')
  return bad({ where, message: 'holds no Kubernetes object; wanted at least one' })
}

async function readTexts(
  request: ManifestsRequest,
  ports: ManifestPorts,
): Promise<Result<readonly ManifestText[]>> {
  if (request.render === 'kustomize') return renderKustomizations(request, ports)
  if (request.render === 'helm') return renderCharts(request, ports)
  const found = await findManifestFiles(request.manifests, ports.files)
  if (!found.ok) return found
  return good(await readAll(found.value, ports))
}

/** So many files are open at once. */
const AT_ONCE = 32

async function readAll(
  paths: readonly string[],
  { files }: ManifestPorts,
): Promise<readonly ManifestText[]> {
  const texts: ManifestText[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE).map(async (file) => {
      return { file, text: await readText(file, files), origin: null }
    })
    texts.push(...(await Promise.all(some)))
  }
  return texts
}

export interface ReadText {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
  readonly notes: readonly Problem[]
}

/** The objects of one text. */
function readManifestText({ file, text, origin }: ManifestText): ReadText {
  const stream = parseYamlStream(text, { file })
  if (!stream.ok)
    return { manifests: [], problems: explainTemplates(stream.problems, text), notes: [] }
  const read = stream.value.map((document) =>
    readObjects(document, origin === null ? document : origin(document)),
  )
  return {
    manifests: read.flatMap((one) => one.manifests),
    problems: read.flatMap((one) => one.problems),
    notes: stream.value.flatMap(notesOf),
  }
}

/** A template of Helm is rarely YAML; what is wrong with it as YAML helps nobody. */
function explainTemplates(problems: readonly Problem[], text: string): readonly Problem[] {
  const lines = text.split(/\r\n?|\n/)
  const template = problems.find(({ where }) => {
    const line = Number(/:(\d+)(?::\d+)?$/.exec(where)?.[1] ?? 0)
    return lines.slice(Math.max(0, line - 2), line + 1).some((content) => content.includes('{{'))
  })
  if (template === undefined) return problems
  const message =
    'holds {{ }}, which nothing fills in here; for a Helm chart set `render: helm` and name its folder, for plain text put quotes around it'
  return [{ where: template.where, message }]
}

const MODES: ReadonlySet<string> = new Set(['defaultMode', 'mode'])
const QUIET =
  'a value here is read as a number or a boolean, as kubectl does; put quotes around it if it is a text'

/** File modes are meant to be octal. Values of Secrets are not shown. */
function notesOf({ notes, value }: YamlDocument): readonly Problem[] {
  const kind = isRecord(value) ? value['kind'] : null
  const secret = kind === 'Secret' || kind === 'SecretList' || kind === 'List'
  return notes
    .filter(({ key }) => !MODES.has(key))
    .map(({ where, message }) => ({ where, message: secret ? QUIET : message }))
}

const HOOK = 'helm.sh/hook'

/** Helm alone knows when a hook should run; one that is applied like the rest runs at the wrong time. */
function withoutHooks(manifests: readonly Manifest[], { log }: ManifestPorts): readonly Manifest[] {
  return manifests.filter(({ object, source }) => {
    const hook = object.metadata.annotations?.[HOOK]
    if (typeof hook !== 'string') return true
    const name = renderId(idOf(object, object.metadata.namespace ?? null))
    log.notice(
      `${renderSource(source)}: ${name} is a Helm hook (${hook}) and was left out, not run`,
    )
    return false
  })
}
