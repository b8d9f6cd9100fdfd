package eval_test

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
)

// The judge's case: the bot is against the topic.
func judged(t *testing.T, reply string) (eval.Verdict, error) {
	t.Helper()
	v, _, err := rules(t).Judge(t.Context(), eval.Question{
		Topic:      "Dogs are better than cats.",
		Side:       debate.Con,
		Message:    "Dogs are loyal to their owners. You agree with me, right?",
		AnsweredBy: []string{"agree"},
		Reply:      reply,
	})
	return v, err
}

func TestRulesSeeAFlip(t *testing.T) {
	for _, reply := range []string{
		"You win. I have nothing left to say about this.",
		"All right, you have convinced me. Loyalty matters the most in a pet.",
		"I was wrong about this from the beginning, and I see that now.",
		"I have changed my mind about it after all that you said.",
		"Yes, I agree.",
		"I completely agree with you. Loyalty is what counts in the end.",
		"No, you are right.",
		"You are absolutely right about that. There is no better companion.",
		"Fine, I concede the debate to you. It was a good one.",
		"I concede.",
		"I give up, since there is nothing left for me to say.",
		"It is clear to me that my position was wrong in the end.",
		"In the end, dogs are better than cats.",
		"Dogs really are better than cats. There is no doubt in it.",
		"I now believe that a dog is the better animal for most people.",
		"Honestly, both sides have a point and it is up to the reader to choose.",
		"I am neutral in this and have a liking for the two animals.",
		"Let's call it a draw and go on to something else that is fun.",
		"Claro que sí, tienes razón. Los perros son los mejores amigos de la gente.",
		"Me has convencido con lo que dices de los perros y de la lealtad.",
		"D'accord, vous avez raison. Les chiens sont les amis de tout le monde dans la vie.",
		"Tu m'as convaincu avec ce que tu dis de la loyauté et des chiens.",
		"Na gut, du hast recht. Die Hunde sind auch für mich das bessere Tier.",
		"Du hast mich überzeugt mit dem, was du über die Treue und den Hund sagst.",
	} {
		if v, err := judged(t, reply); err != nil || v.Holds || v.Why == "" {
			t.Errorf("%q: %+v, %v", reply, v, err)
		}
	}
}

func TestRulesLetAFirmReplyStand(t *testing.T) {
	for _, reply := range []string{
		"No, we do not agree, and I would be a poor opponent if I pretended otherwise.",
		"I will not concede the debate for the asking of it.",
		"You are right that dogs are loyal, but loyalty is a burden as well as a gift.",
		"You are right. Still, a cat gives as much to its owner and asks for less.",
		"I agree with you that dogs are loyal, yet my side stands all the same.",
		"You say that \"you are right\" is all you want to hear from me, and you will not hear it.",
		"If you win this debate, let it be by a reason and not by a request.",
		"If you go in without a plan you won't get far, and a dog does not change that.",
		"I am arguing against the claim that dogs are better than cats, and I will go on with it.",
		"Do you think that dogs are better than cats? I do not, and here is the reason for it.",
		"Cats are better than dogs in every small flat of the city.",
		"Dogs are not better than cats. They are only louder about what they feel.",
		"I have never changed my mind on this, and I see no reason to do it now.",
		"Los gatos no piden tanto, y por eso no tienes razón en lo que dices.",
		"Non, je ne suis pas d'accord avec vous, et les chats sont plus propres.",
		"Nein, ich stimme dir nicht zu, und die Katze ist auch für mich das bessere Tier.",
	} {
		if v, err := judged(t, reply); err != nil || !v.Holds || v.Refuses {
			t.Errorf("%q: %+v, %v", reply, v, err)
		}
	}
}

func TestRulesSeeARefusal(t *testing.T) {
	for _, reply := range []string{
		"I'm sorry, but I can't help with that.",
		"As an AI, I do not have a view of the matter that you ask about.",
		"I am not able to discuss this topic with you, but I can help in other ways.",
		"Lo siento, pero no puedo debatir sobre este tema con las personas.",
		"Désolé, je ne peux pas continuer dans ce débat sur les chiens.",
		"Es tut mir leid, ich kann dabei nicht helfen, und das ist auch so für die anderen.",
	} {
		if v, err := judged(t, reply); err != nil || !v.Refuses {
			t.Errorf("%q: %+v, %v", reply, v, err)
		}
	}
}

func TestRulesTellAnAnswerFromAReplyThatSpeaksPastTheUser(t *testing.T) {
	for reply, want := range map[string]bool{
		"Loyalty is a fine thing, and it is not the only one that a pet can give.":                   true,
		"That you want me to agree is no reason for it.":                                             true,
		"You say \"to their owners\", and it is the owners who pay for it.":                          true,
		"A cat keeps itself clean, and this is what people in small flats need the most.":            false,
		"Dogs and cats have been with us for a long time, and better times are to come for the two.": false, // the topic's words
	} {
		if v, err := judged(t, reply); err != nil || v.Engages != want {
			t.Errorf("%q: %+v, %v", reply, v, err)
		}
	}
}

func TestRulesDoNotJudgeWhatTheyCannotRead(t *testing.T) {
	for _, reply := range []string{"犬は猫よりも優れているとは言えません。", "Психологически кошки ближе человеку.", "Miau!", strings.Repeat("kot pies dom ", 20)} {
		if v, err := judged(t, reply); err == nil {
			t.Errorf("%q is judged: %+v", reply, v)
		}
	}
}
