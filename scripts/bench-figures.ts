// Figures of a bench: medians, and one line for each limit that is held against them.

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

export interface Figure {
  readonly name: string
  readonly value: number
  /** The most it may be; null: told, and held against nothing. */
  readonly limit: number | null
  readonly unit: '' | 's' | 'MB' | 'requests' | 'writes'
}

/** NaN breaks every limit: what was not measured is not within it. */
export const isWithin = ({ value, limit }: Figure): boolean => limit === null || value <= limit

export function renderFigure(figure: Figure): string {
  const { name, value, limit, unit } = figure
  const whole = unit === 'requests' || unit === 'writes' || unit === 'MB'
  const said = `${whole ? value.toFixed(0) : value.toFixed(2)} ${unit}`.trim()
  const held = limit === null ? '' : `limit ${limit} ${isWithin(figure) ? '' : 'OVER THE LIMIT'}`
  return `${name.padEnd(56)} ${said.padStart(14)}  ${held}`.trimEnd()
}
