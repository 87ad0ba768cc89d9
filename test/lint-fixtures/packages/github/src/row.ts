// Breaks nothing: the neighbour needs a type to import.
export interface Row {
  readonly code: string
}
