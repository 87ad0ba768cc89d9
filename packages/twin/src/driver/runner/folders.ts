// The folders of one job: fresh, like a hosted machine.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRequest } from '../request.ts'

export interface JobFolders {
  readonly workspace: string
  /** Parent of the workspace: RUNNER_WORKSPACE. */
  readonly work: string
  readonly temp: string
  readonly tools: string
  readonly home: string
  readonly eventFile: string
  readonly commandFiles: string
}

export async function makeJobFolders(request: RunRequest, jobKey: string): Promise<JobFolders> {
  const { run, machine, services } = request
  const repository = services.github.slug.split('/')[1] ?? 'repository'
  const job = jobKey.replaceAll('/', '.')
  const root = join(machine.folder, 'runs', `${run.id}-${run.attempt}`, job)
  const temp = join(root, '_temp')
  const folders = {
    work: join(root, repository),
    workspace: join(root, repository, repository),
    temp,
    tools: join(root, '_tool'),
    home: join(root, 'home'),
    eventFile: join(temp, '_github_workflow', 'event.json'),
    commandFiles: join(temp, '_runner_file_commands'),
  }
  const wanted = [folders.workspace, folders.tools, folders.home, folders.commandFiles]
  for (const folder of [...wanted, join(temp, '_github_workflow')])
    await mkdir(folder, { recursive: true })
  await writeFile(folders.eventFile, JSON.stringify(request.event.payload, null, 2))
  return folders
}
