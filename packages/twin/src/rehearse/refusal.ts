// Why a rehearsal does not even begin.

/** Something in the user's repository that a rehearsal needs and does not find. */
export class RehearsalRefused extends Error {
  override readonly name = 'RehearsalRefused'
}

/** Something that this machine needs for the scenario and does not have; the message says what to install. */
export class PartsMissing extends Error {
  override readonly name = 'PartsMissing'
}
