export const ask = (url: string): Promise<Response> => fetch(url)
