// The policy file: YAML text to a typed policy, with every problem on its line.
import { parseYaml, renderPath, validate, type Path } from '@sluice/documents'
import { parsePolicy, type Policy } from '@sluice/evidence'
import { bad, type Result } from '@sluice/rollout'

/** Problems stand at `file:line`. */
export function parsePolicyText(text: string, { file }: { readonly file: string }): Result<Policy> {
  const yaml = parseYaml(text, { file })
  if (!yaml.ok) return yaml
  const at = (path: Path): string => `${file}:${yaml.value.lineOf(path)}`
  const complaints = validate('policy', yaml.value.value)
  if (complaints.length > 0) {
    return bad(
      ...complaints.map(({ path, message }) => ({
        where: at(path),
        message: path.length === 0 ? message : `${renderPath(path)}: ${message}`,
      })),
    )
  }
  return parsePolicy(yaml.value.value, at)
}
