import { expect, test } from '@jest/globals'

test.skip('one', () => expect(1).toBe(1))
