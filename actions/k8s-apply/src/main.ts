// One mode of one run: open the scene, play it, close the connection.
import type { Ports, Report } from '@sluice/action'
import { runApply } from './apply-mode.ts'
import type { Config } from './config.ts'
import { reportCutShort } from './cut-short.ts'
import { runDelete } from './delete-mode.ts'
import { runDiff } from './diff-mode.ts'
import { openScene, type Scene } from './scene.ts'
import { runStatus } from './status-mode.ts'
import { runWorkloadMode } from './workload-mode.ts'

/** Throws SluiceError where nothing was changed; everything later is a report. */
export async function applyToKubernetes(config: Config, ports: Ports): Promise<Report> {
  const scene = await openScene(config, ports)
  try {
    return await play(scene)
  } catch (error) {
    return await reportCutShort(scene, error)
  } finally {
    await scene.api.close()
  }
}

function play(scene: Scene): Promise<Report> {
  const { mode, dryRun } = scene.config
  switch (mode) {
    case 'apply':
      return dryRun ? runDiff(scene) : runApply(scene)
    case 'diff':
      return runDiff(scene)
    case 'delete':
      return runDelete(scene)
    case 'status':
      return runStatus(scene)
    case 'restart':
    case 'history':
    case 'undo':
    case 'pause':
    case 'resume':
    case 'scale':
      return runWorkloadMode(mode, scene)
  }
}
