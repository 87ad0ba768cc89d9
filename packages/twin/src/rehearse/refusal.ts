// Why a rehearsal does not even begin.

/** Something in the user's repository that a rehearsal needs and does not find. */
export class RehearsalRefused extends Error {
  override readonly name = 'RehearsalRefused'
}
