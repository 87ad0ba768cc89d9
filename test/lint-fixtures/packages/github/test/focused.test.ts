import { expect, test } from '@jest/globals'

test.only('one', () => expect(1).toBe(1))
