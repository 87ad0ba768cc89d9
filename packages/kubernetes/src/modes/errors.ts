// Codes of the modes other than apply and diff; part of the package's closed table.
export const modeErrors = {
  KUBERNETES_TARGET_INVALID: {
    fault: 'user',
    meaning: 'A target names no kind or object that the mode can work on.',
    hint: 'Write `Kind/name`, such as deployment/web, one per line or separated by commas.',
  },
} as const
