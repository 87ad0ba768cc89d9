import { main } from '@sluice/traffic-swap'

export const other = main
