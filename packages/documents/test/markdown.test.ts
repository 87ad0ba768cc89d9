import { describe, expect, test } from '@jest/globals'
import { bullets, code, escapeMarkdown, link, oneLine, table } from '@sluice/documents'

const J = '\u2060'

describe('escaped text', () => {
  test.each([
    ['plain text, 12.5 % (a/b: c)!', 'plain text, 12.5 % (a/b: c)!'],
    ['a|b', 'a\\|b'],
    ['`x` *y* _z_ ~q~', '\\`x\\` \\*y\\* \\_z\\_ \\~q\\~'],
    ['[a](http://b)', `\\[a\\](http:${J}//b)`],
    ['<img src=x> &lt;', '&lt;img src=x&gt; &amp;lt;'],
    ['@team a@b', `@${J}team a@${J}b`],
    ['#12 o/r#3 GH-4', `\\#${J}12 o/r#${J}3 GH-${J}4`],
    ['www.x.org', `www${J}.x.org`],
    ['$a$', '\\$a\\$'],
    ['one\r\ntwo\u2028three\u0000', 'one two three '],
    ['\u202Eevil', ' evil'],
    ['- item', '\\- item'],
    ['  # head', '  \\# head'],
    ['1. first', '1\\. first'],
    ['1.5 seconds', '1\\.5 seconds'],
    ['\\|', '\\\\\\|'],
  ])('%j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped)
  })
})

describe('parts', () => {
  test('a table has one row per row, whatever is in it', () => {
    expect(
      table(
        ['slot', 'why'],
        [
          ['blue|green', 'a\nb'],
          [code('x|y'), { markdown: '**ok**|' }],
        ],
      ),
    ).toBe(
      '| slot | why |\n| --- | --- |\n| blue\\|green | a b |\n| <code>x&#124;y</code> | **ok**\\| |\n',
    )
    expect(table(['a'], [])).toBe('')
  })

  test('code is inert, whatever is in it', () => {
    expect(code('</code>`@a`\n').markdown).toBe('<code>&#60;&#47;code&#62;&#96;&#64;a&#96; </code>')
    expect(code('é😀').markdown).toBe('<code>é😀</code>')
    expect(code('taxi-fare').markdown).toBe('<code>taxi-fare</code>')
  })

  test('code is cut to its limit by whole characters', () => {
    expect(code('😀😀😀', 3).markdown).toBe('<code>😀😀😀</code>')
    expect(code('😀😀😀😀', 3).markdown).toBe('<code>😀😀…</code>')
    expect(code('<<<', 2).markdown).toBe('<code>&#60;…</code>')
  })

  test('one line', () => {
    expect(oneLine('a\r\n\u2028b\u202Ec')).toBe('a b c')
  })

  test('a link is one only for an address that can be clicked', () => {
    expect(link('run [1]', 'https://h/x?y=1#z').markdown).toBe('[run \\[1\\]](https://h/x?y=1#z)')
    expect(link('x', 'javascript:alert(1)').markdown).toMatch(/^<code>/)
    expect(link('x', 'https://h/) [y](z').markdown).toMatch(/^<code>/)
  })

  test('bullets', () => {
    expect(bullets(['a\n- b', code('c')])).toBe('- a - b\n- <code>c</code>\n')
    expect(bullets([])).toBe('')
  })
})
