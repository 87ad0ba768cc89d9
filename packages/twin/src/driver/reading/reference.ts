// The value of `uses:`.

export type Reference =
  /** `$/path`: the repository and commit of the file that says it. */
  | { readonly kind: 'self'; readonly path: string }
  /** `./path`: the workspace for steps, the same repository for called workflows. */
  | { readonly kind: 'local'; readonly path: string }
  | {
      readonly kind: 'remote'
      readonly repository: string
      readonly path: string
      readonly ref: string
    }
  | { readonly kind: 'unknown' }

export function parseReference(text: string): Reference {
  if (text.startsWith('$/')) return { kind: 'self', path: text.slice(2) }
  if (text.startsWith('./')) return { kind: 'local', path: text.slice(2) }
  const match = /^([\w.-]+\/[\w.-]+)(?:\/([^@]*))?@(.+)$/.exec(text)
  if (match === null || text.startsWith('docker://')) return { kind: 'unknown' }
  const [, repository = '', path = '', ref = ''] = match
  return { kind: 'remote', repository, path, ref }
}
