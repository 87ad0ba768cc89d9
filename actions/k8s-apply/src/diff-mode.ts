// Mode diff, and apply as a dry run: what would change, as the server itself says.
import type { Report } from '@sluice/action'
import type { Scene } from './scene.ts'

export function runDiff(_scene: Scene): Promise<Report> {
  return Promise.reject(new Error('mode diff is not wired yet'))
}
