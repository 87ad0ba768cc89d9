// Kinds of the API server itself, whose values it normalises and fills in.

/** Groups that end like the server's own but come with CRDs or other servers. */
const foreign = /(^|\.)(gateway\.networking|snapshot\.storage|metrics|x-k8s|sigs)\b/

export const isBuiltIn = (group: string): boolean =>
  !group.includes('.') || (group.endsWith('.k8s.io') && !foreign.test(group))
