// `render: kustomize`: folders of kustomizations, built by kustomize or by the one inside kubectl.
import { posix } from 'node:path'
import { parseYamlStream } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { kindOf, normalPath, readText } from './finding.ts'
import { isRecord } from '../record.ts'
import { listOf } from './json.ts'
import { asArgument, runRenderer, textsBelow, type Rendered } from './program.ts'
import type { ManifestPorts, ManifestsRequest, ManifestText } from './reading.ts'

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

export async function renderKustomizations(
  { manifests }: ManifestsRequest,
  ports: ManifestPorts,
): Promise<Result<readonly ManifestText[]>> {
  const texts = new Map<string, ManifestText>()
  const problems: Problem[] = []
  for (const entry of manifests) {
    const file = await findKustomization(normalPath(entry), ports)
    if (file === null) {
      const message = `is no kustomization; wanted a folder with ${FILES[0]}`
      problems.push({ where: entry, message })
      continue
    }
    const folder = posix.dirname(file)
    if (texts.has(folder)) continue
    const built = await build(folder, { ports, hidden: await secretsOf(file, ports) })
    if (!built.ok) problems.push({ where: entry, message: built.message })
    else texts.set(folder, { file: `${folder} (built)`, text: built.text, origin: null })
  }
  return problems.length > 0 ? bad(...problems) : good([...texts.values()])
}

async function findKustomization(path: string, ports: ManifestPorts): Promise<string | null> {
  const kind = await kindOf(path, ports.files)
  if (kind === 'file') return FILES.some((name) => name === posix.basename(path)) ? path : null
  if (kind === 'absent') return null
  for (const name of FILES) {
    const file = posix.join(path, name)
    if ((await kindOf(file, ports.files)) === 'file') return file
  }
  return null
}

const INSTALL =
  'neither kustomize nor kubectl is installed; install kubectl in a step before this one (azure/setup-kubectl)'

async function build(
  folder: string,
  { ports, hidden }: { readonly ports: ManifestPorts; readonly hidden: readonly string[] },
): Promise<Rendered> {
  const place = asArgument(folder)
  const own = await runRenderer({ program: 'kustomize', args: ['build', place], hidden }, ports)
  if (own.ok || !own.missing) return own
  const inside = await runRenderer(
    { program: 'kubectl', args: ['kustomize', place], hidden },
    ports,
  )
  return inside.ok || !inside.missing ? inside : { ...inside, message: INSTALL }
}

/** What generators of Secrets have in the kustomization itself. */
async function secretsOf(file: string, ports: ManifestPorts): Promise<readonly string[]> {
  const stream = parseYamlStream(await readText(file, ports.files), { file })
  if (!stream.ok) return []
  return stream.value.flatMap(({ value }) =>
    listOf(isRecord(value) ? value['secretGenerator'] : []).flatMap((generator) =>
      listOf(isRecord(generator) ? generator['literals'] : []).flatMap((literal) => {
        const [, text = ''] = /^[^=]*=(.*)$/s.exec(String(literal)) ?? []
        return textsBelow(text.replace(/^(['"])(.*)\1$/s, '$2'))
      }),
    ),
  )
}
