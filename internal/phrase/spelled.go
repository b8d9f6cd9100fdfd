package phrase

// This file reads words that are spelled in single letters: "k i l l".

// spelling is where the longest words begin that a run of single letters spells.
type spelling struct {
	from, end int // of the run, in the raw tokens
	// words are those that begin at each letter, none where that is 0; dead is set
	// where no words lead to the end of the run, and long where one of them has more
	// than two letters.
	words      []int32
	dead, long []bool
}

// maxSpelled is how many letters are read as spelled at once, and maxSpelledWord in
// a word.
const (
	maxSpelled     = 48
	maxSpelledWord = 16
)

// readSpelled reads three or more single letters as the words they spell,
// "k i l l", where they spell some that are known.
func (l *Lexicon) readSpelled(run *spelling, found []raw, i int, add func(id int32, word string, from, to int32)) (last int, ok bool) {
	if i >= run.end {
		l.spell(run, found, i)
	}
	if run.end-i < 3 || run.dead[i-run.from] || !run.long[i-run.from] {
		return 0, false
	}
	for end := min(run.end, i+maxSpelled); i < end; {
		id := run.words[i-run.from]
		next := i + len(l.words[id])
		add(id, l.words[id], found[i].from, found[next-1].to)
		i = next
	}
	return i - 1, true
}

// spell finds the words of the run of single letters that begins at i.
func (l *Lexicon) spell(run *spelling, found []raw, i int) {
	run.from, run.end = i, i
	letters := make([]byte, 0, maxSpelled)
	for run.end < len(found) && len(found[run.end].word) == 1 {
		letters = append(letters, found[run.end].word[0])
		if run.end++; found[run.end-1].end {
			break
		}
	}
	run.words, run.dead, run.long = make([]int32, len(letters)), make([]bool, len(letters)+1), make([]bool, len(letters)+1)
	for at := len(letters) - 1; at >= 0; at-- {
		id := l.spelled(letters[at:min(len(letters), at+maxSpelledWord)])
		next := at + len(l.words[id])
		run.words[at], run.dead[at], run.long[at] = id, id == 0 || run.dead[next], next > at+2 || run.long[next]
	}
}

// spelled is the longest known word that some letters begin with, 0 if there is none.
func (l *Lexicon) spelled(letters []byte) int32 {
	if len(letters) >= stemLetters && !l.starts[start(letters[:stemLetters])] {
		letters = letters[:stemLetters-1]
	}
	for n := len(letters); n > 0; n-- {
		if id, known := l.vocabulary[string(letters[:n])]; known && (n > 2 || l.common[id] != 0) {
			return id
		}
	}
	return 0
}
