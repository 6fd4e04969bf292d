/** The words of a line that holds a command, with `;`, `|`, `||`, `&&` and `&` as words of their own. Quotes only part words; a comment ends the line. */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  let word = '';
  const close = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '#' && word === '' && (at === 0 || /\s/.test(line[at - 1] ?? ''))) break;
    if (/[\s"'`(),]/.test(character)) close();
    else if (/[;|&]/.test(character)) {
      close();
      const doubled = line[at + 1] === character && character !== ';';
      words.push(doubled ? character + character : character);
      if (doubled) at += 1;
    } else word += character;
  }
  close();
  return words;
}
