// A step's summary for a terminal: Markdown made for GitHub's page, with its escapes taken out again.

/** Tables and headings stay as they are; entities, tags and backslashes before marks go. */
export const plainText = (markdown: string): string =>
  markdown
    .replace(/<\/?(?:code|details|summary|b)>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('\u2060', '')
