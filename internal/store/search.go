package store

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/debate-chatbot/debate-api/ent"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	"github.com/debate-chatbot/debate-api/ent/predicate"
	entword "github.com/debate-chatbot/debate-api/ent/word"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// searchableAtOnce is how many conversations get their words in one transaction, which
// a slow machine has to end in callTime too.
const searchableAtOnce = 25

// maxWord is how many characters of a word are kept, and looked for.
const maxWord = 32

// FindConversations pages through those of the owner's conversations that have the
// words of the query, the most recently updated first; without words it is all of them. It first keeps the words of those that are new or have changed
// since the last search, in transactions of their own: turns do not pay for it.
func (s *Store) FindConversations(ctx context.Context, owner debate.Owner, query string, after debate.ConversationCursor, limit int) ([]debate.Conversation, error) {
	words := wordsOf(query)
	if len(words) > 0 {
		if err := s.keepWords(ctx, owner); err != nil {
			return nil, err
		}
	}
	found := s.newestFirst(owner).Where(olderThan(after)).Limit(limit)
	for _, w := range words {
		found.Where(hasWord(owner, w))
	}
	got, err := read(ctx, s, found.All)
	return each(got, conversationOf), err
}

// hasWord is having a word that begins so.
func hasWord(owner debate.Owner, begin string) predicate.Conversation {
	return func(q *sql.Selector) {
		words := sql.Table(entword.Table)
		q.Where(sql.In(q.C(entconversation.FieldID), sql.Select(words.C(entword.FieldConversationID)).From(words).Where(sql.And(
			sql.EQ(words.C(entword.FieldOwnerKey), owner.Key),
			sql.EQ(words.C(entword.FieldOwnerUser), owner.User),
			sql.GTE(words.C(entword.FieldWord), []byte(begin)),
			sql.LT(words.C(entword.FieldWord), append([]byte(begin), 0xff)), // which is in no word
		))))
	}
}

// keepWords keeps the words of the owner's conversations that have not theirs yet.
func (s *Store) keepWords(ctx context.Context, owner debate.Owner) error {
	for {
		stale, err := read(ctx, s, s.client.Conversation.Query().Where(ownedBy(owner), func(q *sql.Selector) {
			q.Where(sql.ExprP("searchable = false")) // as the index says it
		}).Order(entconversation.ByID()).Limit(searchableAtOnce).All)
		if err != nil || len(stale) == 0 {
			return err
		}
		if err := s.inTx(ctx, func(ctx context.Context, tx tx) error { return keepWordsOf(ctx, tx, stale) }); err != nil {
			return err
		}
	}
}

// keepWordsOf puts the words of some conversations in place of those that were kept of them.
func keepWordsOf(ctx context.Context, tx tx, stale []*ent.Conversation) error {
	var (
		ids   []string
		words []*ent.WordCreate
	)
	for _, c := range stale {
		// The row is taken first. If it has changed since, it comes again.
		n, err := tx.ent().Conversation.Update().Where(entconversation.ID(c.ID), entconversation.Title(c.Title), entconversation.Topic(c.Topic)).
			SetSearchable(true).Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		ids = append(ids, c.ID)
		for _, w := range keptWords(c.Title + " " + c.Topic) {
			words = append(words, tx.ent().Word.Create().SetOwnerKey(c.OwnerKey).SetOwnerUser(c.OwnerUser).SetConversationID(c.ID).SetWord([]byte(w)))
		}
	}
	if _, err := tx.ent().Word.Delete().Where(entword.ConversationIDIn(ids...)).Exec(ctx); err != nil {
		return err
	}
	return tx.ent().Word.CreateBulk(words...).Exec(ctx)
}

// keptWords are a text's words, and the ends of those that are not divided by spaces.
func keptWords(text string) []string {
	words := wordsOf(text)
	for _, w := range splitWords(text) {
		if !strings.ContainsFunc(w, undivided) {
			continue
		}
		for at, c := range w {
			if at > 0 && !unicode.Is(unicode.M, c) {
				words = append(words, cut(w[at:]))
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// undivided says whether a character is of a script that writes words without
// spaces between them.
func undivided(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}

// wordsOf are the words of a text, folded and cut to what is kept.
func wordsOf(text string) []string {
	words := splitWords(text)
	for i, w := range words {
		words[i] = cut(w)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func splitWords(text string) []string {
	return strings.FieldsFunc(fold(text), func(c rune) bool { return !unicode.In(c, unicode.L, unicode.N, unicode.M) })
}

func cut(word string) string {
	at, n := 0, 0
	for at < len(word) && n < maxWord {
		_, size := utf8.DecodeRuneInString(word[at:])
		at, n = at+size, n+1
	}
	return word[:at]
}

// barred are letters that are a base letter with a bar or hook to those who search,
// and have no decomposition in Unicode.
var barred = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i", "ħ", "h", "ŧ", "t")

// fold is a text without case, accents and presentation forms: decomposed, without the
// marks that Unicode attaches above or below a letter of Latin, Greek, Cyrillic, Arabic,
// Hebrew and the like. Those of combining classes under 10 stay, because they make another
// letter: nukta, virama and the voicing of kana, and the vowels of India, which have 0.
func fold(text string) string {
	var kept strings.Builder
	for _, c := range norm.NFKD.String(text) {
		if unicode.Is(unicode.Mn, c) && norm.NFKD.PropertiesString(string(c)).CCC() >= 10 {
			continue
		}
		kept.WriteRune(c)
	}
	return barred.Replace(cases.Fold().String(kept.String()))
}
