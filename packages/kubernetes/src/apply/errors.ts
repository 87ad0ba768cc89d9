// Codes of apply; part of the package's closed table.
export const applyErrors = {
  KUBERNETES_READ_FAILED: {
    fault: 'platform',
    meaning: 'What is live on the cluster could not be read, so nothing was changed.',
    hint: 'See the answer of the server, and run again: a re-run goes on from what is there.',
  },
} as const
