// The repository as callers write it: the one constant, in package.json.
import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')

/** `owner/name` */
export const PUBLISHED = (JSON.parse(text) as { readonly sluice: { readonly repository: string } })
  .sluice.repository
