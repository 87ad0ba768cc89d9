import { pulls } from '@sluice/github'

export const other = pulls
