const WORDS: Readonly<Record<string, string>> = {
  and: '&& ',
  or: '||',
  not: '!  ',
  True: 'true',
  False: 'false',
  None: 'null',
};

/** String literals (raw and triple-quoted ones too), comments, words with the dot before them, and `?.`. */
const TOKEN =
  /"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\/[^\n]*|\.\s*[A-Za-z_]\w*|[A-Za-z_]\w*|\d[\w.]*|\?\.\[?/g;

/**
 * The expression in the spelling of CEL, every character where it was, so that positions stay true:
 * `and or not True False None` for `&& || ! true false null`, and `?.` (`?.[`) for `.?` (`[?`).
 */
export function celSpelling(text: string): string {
  return text.replace(TOKEN, (token) => {
    if (token === '?.') return '.?';
    if (token === '?.[') return '[? ';
    return Object.hasOwn(WORDS, token) ? WORDS[token]! : token;
  });
}
