package flow

// This file tells which sentences grant something to the other side.

import (
	"slices"
	"strings"
)

// givesIn says whether a sentence grants something in so many words, at the beginning
// of one of its clauses, and does not turn against it: "fair point, but" grants nothing.
func givesIn(sentence string) bool {
	first, granted := true, false // clause
	for clause := range strings.FieldsFuncSeq(sentence, endsClause) {
		since := clause
		switch {
		case granted:
		case grantsAtItsEnd(clause):
			granted, since = true, ""
		default:
			granted = grants(clause, first)
			_, since, _ = strings.Cut(strings.TrimSpace(clause), " ") // "but you are right" turns to it
		}
		if granted && turnsAgainst(since) {
			return false
		}
		first = false
	}
	return granted
}

// turnsAgainst says whether a text has a word that turns against what came before.
func turnsAgainst(text string) bool {
	for word := range wordsIn(text) {
		if turning[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

var turning = setOf(`but however although nevertheless nonetheless pero sino aunque obstante`)

// grants says whether a clause, which may be the first of its sentence, begins with a grant.
func grants(clause string, first bool) bool {
	for clause = strings.ReplaceAll(clause, "’", "'"); ; {
		clause = strings.TrimLeft(clause, " \"“”«»")
		word, rest, _ := strings.Cut(clause, " ")
		word = plainLetters(strings.ToLower(word))
		if grantsBy[word] != nil && begins(plainLetters(strings.ToLower(oneLine(clause))), grantsBy[word], first) {
			return true
		}
		if !leadIn[word] || rest == "" {
			return false
		}
		clause = rest
	}
}

// grantsAtItsEnd says whether a clause ends with one of grantsAfter: most end with another
// letter than these do.
func grantsAtItsEnd(clause string) bool {
	if clause == "" || !strings.ContainsRune("tToO", rune(clause[len(clause)-1])) {
		return false
	}
	said := plainLetters(strings.ToLower(clause))
	return slices.ContainsFunc(grantsAfter, func(g string) bool { return strings.HasSuffix(said, g) })
}

// grantsAfter end a clause that grants what it says.
var grantsAfter = []string{" i admit", " i'll admit", " i'll give you that", " i give you that", " lo admito", " lo reconozco", " te lo concedo"}

// begins says whether a clause begins with one of some grants; with one that has a stop
// after it only if it is the whole clause, and the first.
func begins(clause string, grants []string, first bool) bool {
	return slices.ContainsFunc(grants, func(g string) bool {
		whole, stops := strings.CutSuffix(g, ".")
		return clause == whole && (first || !stops) || !stops && strings.HasPrefix(clause, g+" ")
	})
}

// grantsBy are the beginnings of a clause that grants something, by their first word.
var grantsBy = func() map[string][]string {
	by := make(map[string][]string)
	for _, g := range granting {
		first, _, _ := strings.Cut(strings.TrimSuffix(g, "."), " ")
		by[first] = append(by[first], g)
	}
	return by
}()

// granting words begin a clause that grants something, or are all of the first one where a stop
// follows, and leadIn are words before them.
var (
	granting = []string{
		"you are right", "you're right", "youre right", "you are correct", "you're correct", "you win", "you have convinced me", "you've convinced me", "you convinced me",
		"fair point", "good point", "fair enough", "point taken", "i admit", "i concede", "i grant", "i give you that", "i'll give you that", "i will give you that",
		"i agree", "i stand corrected", "i was wrong", "that is true.", "that's true.", "thats true.", "it is true.", "it's true.", "its true.", "true.", "true enough",
		"you've talked me round", "you talked me round", "you've won me over", "you won me over", "you've changed my mind", "you changed my mind", "i'm convinced", "im convinced",
		"that sounds reasonable", "that seems reasonable", "that sounds fair", "that seems fair", "i take it back", "i take that back", "you've got me there", "you have me there", "you got me there", "i give up", "i have no answer to that", "that would be fine by me",
		"i can't argue with that", "i cant argue with that", "can't argue with that", "cant argue with that", "didn't know", "didnt know", "i didn't know", "i didnt know", "alright i guess", "ok i guess", "okay i guess",
		"well i guess", "fine i guess", "fair.", "i have to admit", "i have to agree", "hadn't thought of that", "hadnt thought of that", "touche",
		"tienes razon", "tiene razon", "tenes razon", "lo admito", "admito que", "lo reconozco", "reconozco que",
		"te lo concedo", "lo concedo", "concedo que", "estoy de acuerdo", "me has convencido", "me convenciste", "me equivocaba", "me equivoque", "buen punto",
		"no lo sabia", "no sabia eso", "vale supongo", "bueno supongo", "ya supongo", "es verdad.", "es cierto.", "verdad.", "cierto.", "no lo habia pensado", "ahi me has pillado", "me has hecho cambiar", "me rindo", "me parece razonable", "me parece justo", "suena razonable", "retiro lo dicho", "no te lo discuto", "no te lo puedo discutir",
		"eso no te lo discuto", "eso no te lo puedo discutir", "ahi no tengo respuesta", "no tengo respuesta",
	}
	leadIn = setOf(`ok okay yes yeah yep well hmm hm true and but so sure alright fine there here on that that's thats this is a in too then now honestly
		i guess suppose lol haha jaja ja bueno vale si pues pero y en eso esto tambien ahi ahora es verdad cierto claro de acuerdo supongo que`)
)
