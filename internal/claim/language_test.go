package claim

import "testing"

// TestShortMessagesAreReadInTheirLanguage has messages as people type them, without
// accents, some of them with words that two languages share.
func TestShortMessagesAreReadInTheirLanguage(t *testing.T) {
	wrong, all := 0, 0
	for language, messages := range map[string][]string{
		"es": {"iphone mil veces antes que android", "la religion ha hecho mucho daño", "yo no pienso tener hijos ni loco", "que suban el salario minimo", "dios no existe",
			"los gatos son mejores", "la monarquia es un robo", "hay que prohibir los toros", "el aborto es un derecho", "odio los lunes", "las vacunas salvan vidas", "la luna fue un montaje",
			"vivir en el campo es mejor", "los ricos no pagan impuestos", "legalizar la marihuana ya", "tengo hambre", "mejor cafe que te", "los deberes no sirven", "pizza con piña jamas", "messi es mejor que ronaldo"},
		"pt": {"nao quero ter filhos", "os gatos sao melhores", "o aborto e um direito", "deus nao existe", "a escola devia acabar mais cedo", "voce acha isso justo", "eu odeio segunda feira", "os ricos nao pagam imposto", "cachorro e melhor que gato", "isso nao presta"},
		"fr": {"dieu n existe pas", "les chats sont mieux", "je ne veux pas d enfants", "il faut interdire les telephones", "la chasse est cruelle", "c est nul l ecole", "les riches doivent payer", "je deteste le lundi", "le travail c est trop", "on doit voter"},
		"de": {"katzen sind besser", "gott gibt es nicht", "ich will keine kinder", "das ist doch quatsch", "die schule beginnt zu frueh", "hunde sind besser als katzen", "der mindestlohn muss steigen", "fleisch essen ist falsch", "autos raus aus der stadt", "wir brauchen ein tempolimit"},
		"en": {"cats are better", "god is a lie", "i dont want kids", "no more homework", "android > iphone", "ban zoos", "taxes are theft", "coffee beats tea", "me no like school", "pineapple on pizza is fine", "the moon landing was fake", "messi over ronaldo"},
	} {
		for _, message := range messages {
			all++
			if got := Language(message); got != language {
				wrong++
				t.Logf("%q is read as %s, want %s", message, got, language)
			}
		}
	}
	if wrong > 2 {
		t.Errorf("%d of %d are read in the wrong language", wrong, all)
	}
}
