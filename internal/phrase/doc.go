// Package phrase finds phrases in what people write. A Lexicon names classes
// of words and phrases, by language; a Set holds patterns over them; a Text is
// a message as both see it: normalised, in tokens and sentences.
//
// Reading costs one pass over a message and a walk in a trie of phrases for
// each token; a pattern is only tried where the rarest of its classes stands.
// Nothing here knows what a pattern is for: packages gate and aside do.
//
// # Entries of a class
//
// An entry is words. (a|b c) is either, a word or group with ? may be left
// out, a last * stands for any ending ("terroris*"), and @name for each entry
// of another class. All are written as Normalise leaves them: lower case, no
// accents, contractions taken apart ("do not").
//
// # Patterns
//
// A pattern is items that follow each other in one sentence:
//
//	word, (a|b c), @class   as in an entry; with ? it may be missing, with |> in a group it may be the end
//	..  ..6                 up to three, or six, tokens of any kind
//	~                       a negation (class "not") or nothing; it turns the match around
//	!item                   what comes next is not that
//	<                       the beginning of a claim: of the sentence, or after a word of class "lead"
//	>                       the end of the sentence
package phrase
