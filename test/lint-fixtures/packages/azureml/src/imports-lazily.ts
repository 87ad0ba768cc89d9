export const other = (): Promise<unknown> => import('@sluice/github')
