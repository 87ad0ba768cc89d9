// `render: helm`: charts, rendered by `helm template`. Nothing is installed and no cluster is asked.
import { posix } from 'node:path'
import { parseYamlStream, type YamlDocument } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { kindOf, normalPath, readText } from './finding.ts'
import type { Source } from './manifest.ts'
import { asArgument, runRenderer, textsBelow } from './program.ts'
import type { ManifestPorts, ManifestsRequest, ManifestText } from './reading.ts'

const RELEASE = /^[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?$/
const INSTALL = 'helm is not installed; install it in a step before this one (azure/setup-helm)'

export async function renderCharts(
  request: ManifestsRequest,
  ports: ManifestPorts,
): Promise<Result<readonly ManifestText[]>> {
  const charts = [...new Set(request.manifests.map(normalPath))]
  const problems = await checkInputs(request, { charts, ports })
  if (problems.length > 0) return bad(...problems)
  const own = await ownValues(charts, ports)
  const hidden = await valuesOf([...own, ...request.valuesFiles], ports)
  const texts: ManifestText[] = []
  for (const chart of charts) {
    const args = argumentsFor(chart, request)
    const rendered = await runRenderer({ program: 'helm', args, hidden }, ports)
    if (rendered.ok) {
      const text = rendered.text
      texts.push({ file: `${chart} (rendered)`, text, origin: (doc) => originOf(doc, chart) })
    } else {
      const message = rendered.missing ? INSTALL : rendered.message
      problems.push({ where: chart, message })
    }
  }
  return problems.length > 0 ? bad(...problems) : good(texts)
}

interface Inputs {
  readonly charts: readonly string[]
  readonly ports: ManifestPorts
}

async function checkInputs(
  request: ManifestsRequest,
  { charts, ports }: Inputs,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const chart of charts) {
    if (!(await isChart(chart, ports))) {
      const message = 'is no Helm chart; wanted a folder with Chart.yaml, or a packed chart (.tgz)'
      problems.push({ where: chart, message })
    }
    const name = releaseOf(chart, request)
    if (!RELEASE.test(name)) {
      const message = `found the release name "${name}"; wanted at most 53 small letters, digits and hyphens: give \`release-name\``
      problems.push({ where: chart, message })
    }
  }
  for (const file of request.valuesFiles) {
    if ((await kindOf(file, ports.files)) === 'file') continue
    problems.push({ where: file, message: 'found no such values file' })
  }
  if (request.releaseName !== null && charts.length > 1) {
    const message = `names one release, and there are ${charts.length} charts; render them in a step each`
    problems.push({ where: 'release-name', message })
  }
  return problems
}

async function isChart(chart: string, { files }: ManifestPorts): Promise<boolean> {
  const kind = await kindOf(chart, files)
  if (kind !== 'folder') return kind === 'file' && /\.(?:tgz|tar\.gz)$/.test(chart)
  return (await kindOf(posix.join(chart, 'Chart.yaml'), files)) === 'file'
}

const releaseOf = (chart: string, { releaseName }: ManifestsRequest): string =>
  releaseName ?? posix.basename(chart).replace(/(?:-\d[^/]*)?\.(?:tgz|tar\.gz)$/, '')

function argumentsFor(chart: string, request: ManifestsRequest): readonly string[] {
  const { namespace, valuesFiles } = request
  return [
    'template',
    releaseOf(chart, request),
    // Without a dot Helm would look for a repository of that name.
    /^[./]/.test(chart) ? chart : `./${chart}`,
    '--include-crds',
    ...(namespace === null ? [] : ['--namespace', namespace]),
    ...valuesFiles.flatMap((file) => ['--values', asArgument(file)]),
  ]
}

/** The defaults of charts that are folders. */
async function ownValues(
  charts: readonly string[],
  { files }: ManifestPorts,
): Promise<readonly string[]> {
  const found = charts.map((chart) => posix.join(chart, 'values.yaml'))
  const kinds = await Promise.all(found.map((file) => kindOf(file, files)))
  return found.filter((_, index) => kinds[index] === 'file')
}

/** Charts turn values into Secrets, and repeat them when something fails. */
async function valuesOf(
  paths: readonly string[],
  ports: ManifestPorts,
): Promise<readonly string[]> {
  const texts: string[] = []
  for (const file of paths) {
    const stream = parseYamlStream(await readText(file, ports.files), { file })
    if (stream.ok) texts.push(...stream.value.flatMap(({ value }) => textsBelow(value)))
  }
  return texts
}

const SOURCE = /^# Source: (\S+)[ \t]*$/m

/** The template that a document was rendered from; lines count within what it became. */
function originOf(document: YamlDocument, chart: string): Source {
  const source = SOURCE.exec(document.text)
  if (source === null) return document
  const [, path = ''] = source
  const inChart = path.includes('/') ? path.slice(path.indexOf('/') + 1) : path
  return {
    file: `${chart}/${inChart} (rendered)`,
    lineOf: (below) => {
      const behind = document.text.slice(source.index + source[0].length + 1)
      const blank = /^(?:[ \t]*(?:#.*)?\n)*/.exec(behind)?.[0] ?? ''
      return document.lineOf(below) - document.lineOf([]) + blank.split('\n').length
    },
  }
}
