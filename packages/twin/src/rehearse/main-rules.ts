// The ruleset of the default branch, as the README tells people to set it.

/** Only a pull request whose head bears a green `cd/staging`, set by Actions, gets into `main`. */
export const MAIN_RULES = {
  name: 'main',
  include: ['refs/heads/main'],
  rules: [
    {
      type: 'pull_request',
      parameters: { allowed_merge_methods: ['merge'] },
    },
    {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: 'cd/staging', integration_id: 15368 }],
      },
    },
    { type: 'non_fast_forward' },
    { type: 'deletion' },
  ],
} as const
