// Folders that nobody here wrote: SLUICE_CORPUS, else `../shared/corpus` beside the checkout.
import { describe } from '@jest/globals'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export const CORPUS = process.env['SLUICE_CORPUS'] ?? resolve('../shared/corpus')

const here = existsSync(CORPUS)
if (!here && process.env['SLUICE_CORPUS'] !== undefined) {
  throw new Error(`SLUICE_CORPUS names ${CORPUS}, and there is no such folder`)
}
if (!here) {
  process.stderr.write(
    `\nSKIPPED: there is no corpus at ${CORPUS}. Set SLUICE_CORPUS to the corpus folder.\n\n`,
  )
}

/** Skipped where there is no corpus, and told. */
export const describeCorpus: typeof describe.skip = here ? describe : describe.skip
