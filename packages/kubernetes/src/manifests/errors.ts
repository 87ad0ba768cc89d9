// Codes of manifests; part of the package's closed table.
export const manifestErrors = {
  KUBERNETES_MANIFESTS_UNREADABLE: {
    fault: 'user',
    meaning: 'A manifest file or folder is there and cannot be read.',
    hint: 'Check its rights, and that it is a text in UTF-8.',
  },
  KUBERNETES_MANIFESTS_INVALID: {
    fault: 'user',
    meaning: 'The manifests, or what the inputs want done with them, cannot be used as they are.',
    hint: 'Mend the lines that are named, then run again; nothing was written.',
  },
} as const
