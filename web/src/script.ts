// Which language a text can be in, by its letters.

// scripts are those of languages that share none, or share it with the ones that follow
// the one that is taken for granted.
const scripts: [RegExp, ...string[]][] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, "ja"],
  [/\p{sc=Hangul}/u, "ko"],
  [/\p{sc=Han}/u, "zh", "ja", "yue"],
  [/\p{sc=Arabic}/u, "ar", "fa", "ur", "ps", "ug"],
  [/\p{sc=Cyrillic}/u, "ru", "uk", "be", "bg", "sr", "mk", "kk"],
  [/\p{sc=Devanagari}/u, "hi", "mr", "ne"],
  [/\p{sc=Hebrew}/u, "he", "yi"],
  [/\p{sc=Greek}/u, "el"],
  [/\p{sc=Thai}/u, "th"],
];

// languageOf is the language of a text of a debate in another: that one, unless it is
// written in other letters. A text in Latin letters within a debate in others is in
// nobody knows which.
export function languageOf(text: string, debate: string): string {
  const letters = text.match(/\p{L}/gu) ?? [];
  const latin = letters.filter((l) => /\p{sc=Latin}/u.test(l)).length;
  const own = debate.split("-")[0] ?? "";
  const of = (foreign: boolean): string[] | undefined => scripts.find(([letter, ...languages]) => (foreign ? letter.test(text) : languages.includes(own)))?.slice(1) as string[] | undefined;
  if (2 * latin >= letters.length) return of(false) === undefined || letters.length === 0 ? debate : "";
  const languages = of(true) ?? [""];
  return languages.includes(own) ? debate : languages[0] ?? "";
}
