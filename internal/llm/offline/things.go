package offline

// This file finds the things of everyday life that a text speaks of, and says what is known of them where the bank has
// no topic: of what the claim speaks of, for the bot's side; and of what a message names, what else counts.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// everyday is a thing of the bank.
type everyday struct{ good, bad, beside []*entry }

// called is a name of a thing, as its words.
type called struct {
	words []string
	thing *everyday
}

// things are the names of all, by their first word, the longest first.
type things map[string][]called

// newThings finds all of a language, but for names that are one of its common words without its accent, as "té" is.
func newThings(all []bank.Thing, g *grammar) things {
	found := make(things)
	for _, one := range all {
		thing := &everyday{entriesOf(one.ID, one.Good), entriesOf(one.ID, one.Bad), entriesOf(one.ID, one.Beside)}
		for _, name := range one.Names {
			words := wordsOf(name)
			if len(words) == 1 && g.common[words[0]] {
				continue
			}
			last := words[len(words)-1]
			for _, plural := range pluralsOf(last) {
				words := append(slices.Clone(words[:len(words)-1]), plural)
				found[words[0]] = append(found[words[0]], called{words, thing})
			}
		}
	}
	for _, names := range found {
		slices.SortStableFunc(names, func(a, b called) int { return len(b.words) - len(a.words) })
	}
	return found
}

func entriesOf(id string, texts []string) (entries []*entry) {
	for _, text := range texts {
		entries = append(entries, &entry{Text: bank.Text{ID: id, Text: text}, role: argument})
	}
	return entries
}

// pluralsOf are a word and what may be its plural, in either language.
func pluralsOf(word string) []string {
	all := []string{word, word + "s", word + "es"}
	if stem, ok := strings.CutSuffix(word, "y"); ok {
		all = append(all, stem+"ies")
	}
	if stem, ok := strings.CutSuffix(word, "z"); ok {
		all = append(all, stem+"ces")
	}
	return all
}

// mention is a thing where a text speaks of it; aside says that it is only where or with what something happens, behind
// a preposition, or whose something is: "dogs in restaurants", "my neighbour's dog".
type mention struct {
	*everyday
	name  string
	at    int // the word
	aside bool
}

// thingsIn are the things that a text speaks of, in its order, each once.
func (k *knowledge) thingsIn(text string) (found []mention) {
	known, words := k.things(), wordsOf(text)
	owns := make([]bool, len(words))
	for i, word := range words {
		words[i], owns[i] = strings.CutSuffix(strings.Trim(word, "'"), "'s")
	}
	for i := 0; i < len(words); i++ {
		for _, name := range known[words[i]] {
			if len(name.words) > len(words)-i || !slices.Equal(name.words, words[i:i+len(name.words)]) {
				continue
			}
			verb := i > 0 && slices.Contains(k.Noun.Subjects, words[i-1]) // "when it rains"
			if !verb && !slices.ContainsFunc(found, func(m mention) bool { return m.everyday == name.thing }) {
				found = append(found, mention{name.thing, strings.Join(name.words, " "), i, owns[i+len(name.words)-1] || k.afterPreposition(words[:i])})
			}
			i += len(name.words) - 1
			break
		}
	}
	return found
}

// afterPreposition says whether what follows some words is in a phrase that a preposition begins.
func (k *knowledge) afterPreposition(words []string) bool {
	for i, word := range slices.Backward(words) {
		if k.prepositions[word] {
			return true
		}
		if !k.determiners[word] && len(words)-i > 1 { // one adjective at most
			return false
		}
	}
	return false
}

// ofClaim is what to say of what the claim speaks of and was not said yet, nil for nothing: for it where the user
// is against that, and against it where the user is for it. Of where that happens, and of who is to do it, it does not speak.
func (w *writer) ofClaim() *entry {
	var against []*entry
	aim, actors := w.aim(), w.actors(w.prompt.Topic)
	for _, thing := range w.thingsIn(w.prompt.Topic) {
		if !thing.aside && thing.at >= actors {
			against = append(against, thing.against(aim)...)
		}
	}
	return w.nearestOf(against, w.prompt.Topic+" "+w.prompt.Message)
}

// actors is how many words of a claim say who is to do something, or to let it be: "supermarkets should not" of those that
// should not play music, and none of those that should be banned.
func (g *grammar) actors(claim string) int {
	m := g.Acts.find(plain(spellNot(claim)))
	if m == nil || g.Undergoes.in(m[2]) {
		return 0
	}
	return len(strings.Fields(m[1]))
}

// against is what of a thing speaks against a user whose side comes to an aim, and is for or against the thing.
func (t *everyday) against(aim bank.Aim) []*entry {
	switch aim {
	case bank.Remove, bank.Blame:
		return t.good
	case bank.Praise, bank.Spare:
		return t.bad
	default:
		return nil
	}
}

// known is what else counts about something that a sentence speaks of, or what is to be said of what the claim
// speaks of, where that has more to do with the sentence than the thing itself, and was not said yet; nil for nothing, and
// where there is to be asked.
func (w *writer) known(sentence string) *entry {
	aim := w.aim()
	if w.prompt.Phase.Move == debate.Ask || aim == bank.OfKind || slices.Contains(ofSources, w.kindOf(sentence)) {
		return nil
	}
	var bearing []*entry
	add := func(thing mention, texts []*entry) {
		own := w.terms(thing.name + " " + w.prompt.Topic)
		for _, e := range texts {
			of, rare := w.terms(e.Text.Text), 0.0
			for _, stem := range w.terms(sentence) {
				if slices.Contains(of, stem) && !slices.Contains(own, stem) {
					rare += w.rarity(stem)
				}
			}
			if rare >= bearsOn {
				bearing = append(bearing, e)
			}
		}
	}
	for _, thing := range w.thingsIn(sentence) {
		if !thing.aside {
			add(thing, thing.beside)
		}
	}
	for _, thing := range w.thingsIn(w.prompt.Topic) {
		add(thing, slices.Concat(thing.against(aim), thing.beside))
	}
	return w.nearestOf(bearing, sentence)
}

// bearsOn is how rare the words must be at least that a text and a sentence share: a rake and a leaf blower's text of rakes do.
const bearsOn = 1.0

// nearestOf is the one of some texts that was not said yet and means most of what another does, nil for none.
func (w *writer) nearestOf(texts []*entry, about string) (nearest *entry) {
	texts = slices.DeleteFunc(slices.Clone(texts), w.has)
	if len(texts) == 0 {
		return nil
	}
	meaning := w.grounds().meaning(about)
	likeness := func(e *entry) float64 { return product(meaning, w.grounds().meaning(e.Text.Text)) }
	return slices.MaxFunc(texts, func(a, b *entry) int { return cmp.Compare(likeness(a), likeness(b)) })
}
