// Globs over request names. Three wildcards only, so that everyone reads them the same way.

/** Characters that make a text a glob. */
const WILDCARDS = /[*?]/

export const isGlob = (text: string): boolean => WILDCARDS.test(text)

/**
 * `*` and `?` stay within one part of the path, `**` crosses parts. A glob without a slash is
 * compared with the last part of the name, so `*.json` also fits `edge/empty.json`.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const subject = glob.includes('/') ? name : (name.split('/').at(-1) ?? name)
  return fits(glob.split('/'), subject.split('/'))
}

function fits(globParts: readonly string[], nameParts: readonly string[]): boolean {
  const [glob, ...globRest] = globParts
  if (glob === undefined) return nameParts.length === 0
  if (glob === '**') {
    if (globRest.length === 0) return nameParts.length > 0
    return nameParts.some((_, at) => fits(globRest, nameParts.slice(at)))
  }
  const [name, ...nameRest] = nameParts
  return name !== undefined && fitsPart(glob, name) && fits(globRest, nameRest)
}

// One backtrack point instead of a regular expression: many stars cost no more than quadratic time.
function fitsPart(glob: string, name: string): boolean {
  let g = 0
  let n = 0
  let star = -1
  let resume = 0
  while (n < name.length) {
    if (g < glob.length && glob[g] === '*') {
      star = g
      resume = n
      g += 1
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === name[n])) {
      g += 1
      n += 1
    } else if (star >= 0) {
      resume += 1
      n = resume
      g = star + 1
    } else {
      return false
    }
  }
  while (glob[g] === '*') g += 1
  return g === glob.length
}

/** The folder to list and what to fit below it: `a/b/*.yml` is `a/b` and `*.yml`. `path` holds a glob. */
export function splitGlob(path: string): { readonly folder: string; readonly glob: string } {
  const parts = path.split('/')
  const first = parts.findIndex(isGlob)
  const folder = parts.slice(0, first).join('/')
  return {
    folder: folder === '' ? (path.startsWith('/') ? '/' : '.') : folder,
    glob: parts.slice(first).join('/'),
  }
}
