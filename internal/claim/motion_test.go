package claim

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// How a claim is put where nobody edits it: the kinds are those in which 67 titles of r/changemyview and 230 motions of a
// debating club's list were misread, the sentences are our own. The motions' notation is that of the World Universities
// Debating Championships.
func TestAClaimIsReadWholeHoweverItIsPut(t *testing.T) {
	for message, want := range map[string]debate.Subject{
		// what is quoted is no claim where its sentence says something of it
		`The phrase "survival of the fittest" is misunderstood by nearly everybody`: {Topic: `The phrase "survival of the fittest" is misunderstood by nearly everybody`, Stance: debate.Con},
		`Road signs should say "give way" and not "yield"`:                          {Topic: `Road signs should say "give way" and not "yield"`, Stance: debate.Con},
		`"How are you" should not be asked by people who walk on`:                   {Topic: `"How are you" should not be asked by people who walk on`, Stance: debate.Con},
		`my uncle says "zoos are cruel" and he is wrong`:                            {Topic: "Zoos are cruel", Stance: debate.Pro},
		`"Homework is useless" is nonsense`:                                         {Topic: "Homework is useless", Stance: debate.Pro},
		// brackets and shortened words
		"Nurses, teachers, cleaners, etc. should ride for free":        {Topic: "Nurses, teachers, cleaners, etc. should ride for free", Stance: debate.Con},
		"The U.S. should adopt the metric system":                      {Topic: "The U.S. should adopt the metric system", Stance: debate.Con},
		"Telling a stranger (or a friend) to smile is rude":            {Topic: "Telling a stranger to smile is rude", Stance: debate.Con},
		"The second season is far better than the first (no spoilers)": {Topic: "The second season is far better than the first", Stance: debate.Con},
		"We, as a country, should drink less wine":                     {Topic: "We should drink less wine", Stance: debate.Con},
		"Unpaid overtime exploits people & should be banned by law":    {Topic: "Unpaid overtime exploits people & should be banned by law", Stance: debate.Con},
		"I don't think anyone should have to wear a tie":               {Topic: "People should have to wear a tie", Stance: debate.Pro},
		"I don't think anybody has a right to a parking space":         {Topic: "Everyone has a right to a parking space", Stance: debate.Pro},
		"Is it ethical to own a parrot?":                               {Topic: "It is ethical to own a parrot", Stance: debate.Con},
		"Should museums adopt a dress code for visitors?":              {Topic: "Museums should adopt a dress code for visitors", Stance: debate.Con},
		"Are school marks a good measure of how clever a child is?":    {Topic: "School marks are a good measure of how clever a child is", Stance: debate.Con},
		"Should the sale of fireworks be restricted to the new year?":  {Topic: "The sale of fireworks should be restricted to the new year", Stance: debate.Con},
		"THW ban fireworks":                                                      {Topic: "We should ban fireworks", Stance: debate.Con},
		"This house would abolish exams":                                         {Topic: "We should abolish exams", Stance: debate.Con},
		"THBT zoos do more harm than good":                                       {Topic: "Zoos do more harm than good", Stance: debate.Con},
		"This House believes that lying is sometimes right":                      {Topic: "Lying is sometimes right", Stance: debate.Con},
		"THR the rise of true crime":                                             {Topic: "The rise of true crime is a bad thing", Stance: debate.Con},
		"THR self-checkouts":                                                     {Topic: "Self-checkouts are a bad thing", Stance: debate.Con},
		"THO compulsory voting":                                                  {Topic: "We should not support compulsory voting", Stance: debate.Con},
		"This house prefers books to films":                                      {Topic: "Books would be better than films", Stance: debate.Con},
		"TH, as a small country, would leave NATO":                               {Topic: "A small country should leave NATO", Stance: debate.Con},
		"Be it resolved: cities should be free of cars":                          {Topic: "Cities should be free of cars", Stance: debate.Con},
		"the house across the road would sell for a million, which is a scandal": {Topic: "The house across the road would sell for a million, which is a scandal", Stance: debate.Con},
	} {
		if got, _ := Read(message); got.Topic != want.Topic || got.Stance != want.Stance {
			t.Errorf("%q is read as %s %q, not %s %q", message, got.Stance, got.Topic, want.Stance, want.Topic)
		}
	}
}
