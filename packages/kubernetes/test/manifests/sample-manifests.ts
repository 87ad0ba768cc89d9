// Manifests from YAML texts.
import { readManifests, type Manifest } from '@sluice/kubernetes'
import { memoryPorts } from './memory-ports.ts'

/** The objects of a text that is all right, as if they stood in `a.yml`. */
export async function manifestsOf(text: string): Promise<readonly Manifest[]> {
  const { ports } = memoryPorts({ 'a.yml': text })
  const read = await readManifests(
    { manifests: ['a.yml'], render: 'none', valuesFiles: [], releaseName: null, namespace: null },
    ports,
  )
  if (read.ok) return read.value
  throw new Error(read.problems.map(({ where, message }) => `${where}: ${message}`).join('\n'))
}
