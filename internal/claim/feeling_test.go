package claim

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func TestAFeelingHasASide(t *testing.T) {
	for message, want := range map[string]debate.Stance{ // the bot's
		"I hate pineapple on pizza":               debate.Pro,
		"I hate school uniforms":                  debate.Pro,
		"honestly i can't stand horror films":     debate.Pro,
		"I don't like cold showers.":              debate.Pro,
		"im so sick of influencers":               debate.Pro,
		"I love dubstep":                          debate.Con,
		"I hate mondays":                          debate.Con, // "Mondays are bad"
		"I really like school uniforms!":          debate.Con,
		"odio el reggaeton":                       debate.Pro,
		"no me gusta nada el invierno":            debate.Pro,
		"me encanta la lluvia":                    debate.Con,
		"odeio reuniões":                          debate.Pro,
		"je déteste les lundis":                   debate.Pro,
		"j'adore les tatouages":                   debate.Con,
		"ich hasse Steuererklärungen":             debate.Pro,
		"Ich liebe Schuluniformen":                debate.Con,
		"I hate to say it but cats beat dogs":     debate.Con, // another claim
		"I love my kids, but school starts early": debate.Con,
	} {
		read, sure := Read(message)
		if read.Stance != want || sure < 0.6 {
			t.Errorf("%q is read as %q, the bot %s, sure %.2f; want %s", message, read.Topic, read.Stance, sure, want)
		}
	}
	for _, message := range []string{"I hate that schools ban phones", "I hate it when people whistle", "I like dogs better than cats", "Do I love Mondays?", "I hate winter because it is dark"} {
		if side, thing := feeling(message); side != debate.NoStance {
			t.Errorf("%q is taken for no more than a feeling about %q", message, thing)
		}
	}
}
