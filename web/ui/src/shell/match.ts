/** Ranks what is found: whole words first, then beginnings of words, then letters in their order. */

/** What a word found inside another counts. */
const WORD = 40;

export function best<T>(words: string, of: T[], text: (entry: T) => string, most: number): T[] {
  const wanted = words.toLowerCase().trim();
  if (!wanted) return of.slice(0, most);
  const found = of.map((entry, at) => ({ entry, at, score: score(wanted, text(entry).toLowerCase()) })).filter(({ score }) => score > 0);
  // Scattered letters only count where nothing has the words themselves.
  const plain = found.filter(({ score }) => score >= WORD);
  return (plain.length ? plain : found)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function score(wanted: string, text: string): number {
  let total = 0;
  for (const word of wanted.split(/\s+/)) {
    const one = scoreWord(word, text);
    if (one === 0) return 0;
    total += one;
  }
  return total;
}

function scoreWord(word: string, text: string): number {
  const at = text.indexOf(word);
  if (at === 0) return 100;
  if (at > 0) return /[\s.\-_/]/.test(text.charAt(at - 1)) ? 80 : WORD;
  // Letters in their order, the shorter the stretch the better; only for words of three letters and more.
  if (word.length < 3) return 0;
  let from = -1;
  let first = -1;
  for (const letter of word) {
    from = text.indexOf(letter, from + 1);
    if (from < 0) return 0;
    if (first < 0) first = from;
  }
  const stretch = from - first + 1;
  return stretch <= word.length * 3 ? (10 * word.length) / stretch : 0;
}
