package offline

// This file says a Spanish sentence of the user's again as another would: its verb is known by its ending
// or by what stands before it, and what is of the first person is put into the second.

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// againInSpanish is a Spanish sentence without what joins it to the one before as a clause that can stand
// after "dices que", and its form; ok is false where it is not plainly one.
func (w *writer) againInSpanish(text string) (clause string, form pointKind, ok bool) {
	text = halfSentence.ReplaceAllString(text, "")
	text = closingSpanish.ReplaceAllString(strings.TrimSpace(text), "")
	if toBotSpanish.MatchString(text) || w.restates(text) {
		return "", "", false
	}
	words := strings.Fields(text)
	for _, end := range clauseEndSpanish.FindAllStringIndex(text, -1) {
		head := strings.Fields(text[:end[0]])
		if len(head) > minClause && w.formInSpanish(head) != "" {
			words = head
			break
		}
	}
	form = w.formInSpanish(words)
	if len(words) < minClause || len(words) > maxSpanish || form == "" || unsayableSpanish.MatchString(strings.Join(words, " ")) || w.restates(strings.Join(words, " ")) {
		return "", "", false
	}
	ofWriter, ok := w.intoSecond(words)
	if !ok || !ofWriter && advising.MatchString(text) {
		return "", "", false
	}
	if words[0] == "tú" { // which the verb says
		words = words[1:]
	}
	w.asAnothers(words)
	clause = strings.Join(words, " ")
	switch told := ofWriter || theirs.MatchString(clause); {
	case form == owed || form == expected:
	case told, form == past && once.MatchString(clause):
		form = lived
	case comparing.MatchString(clause):
		form = ranked
	}
	return clause, form, true
}

// maxSpanish is how many words a Spanish clause has, which has more of them than an English one.
const maxSpanish = 24

// conceded is what a Spanish message gives away, as another says it, empty where that is not plain or
// nothing is left to say it with.
func (w *writer) conceded() string {
	if w.language != "es" || !slices.ContainsFunc(w.lines.Conceded, func(l line) bool { return w.saidAt(l) == 0 }) {
		return ""
	}
	for _, s := range sentencesOf(w.prompt.Message) {
		sentence := w.prompt.Message[s.start:s.end]
		if !w.gives(plain(w.spellOut(sentence))) && !w.givesAside(sentence) {
			continue
		}
		given := conceding.ReplaceAllString(conceding.ReplaceAllString(w.spellOut(sentence), ""), "")
		if clause, _, ok := w.clauseOf(oneWord.ReplaceAllStringFunc(given, func(word string) string { return cmp.Or(asFact[word], word) })); ok && !strings.HasPrefix(clause, "si ") {
			return clause
		}
	}
	return ""
}

// asFact are verbs as they follow "entiendo que" in the form of what is so.
var asFact = pairs("haga hace hagan hacen sea es sean son tenga tiene tengan tienen guste gusta gusten gustan pueda puede puedan pueden quiera quiere quieran quieren vaya va vayan van esté está estén están haya hay moleste molesta molesten molestan sirva sirve")

// conceding is what says that something is given away, before it or behind it.
var conceding = regexp.MustCompile(`(?i)^(?:(?:bueno|vale|ok|okay|claro|sí|si|bien|está bien|pues|y|eso sí|hombre|mira|a ver)[, ]+)*(?:(?:yo )?(?:ya |también )?(?:reconozco|admito|acepto|entiendo|supongo|comprendo|sé|es verdad|es cierto|cierto|vale|de acuerdo(?: en)?|no niego|no dudo(?: de)?|te (?:doy|compro|acepto|reconozco|concedo)|tienes razón en|capaz|puede ser|lo de|a lo mejor|quizás?) que |capaz que |a lo mejor |quizás? |(?:cierto|es verdad|es cierto|de acuerdo|está bien|ahí sí|en eso sí), )|,? (?:te lo (?:compro|doy|acepto|reconozco|concedo|paso)|(?:eso |ahí |en eso )*(?:te lo (?:compro|doy|acepto|reconozco|concedo|paso)|lo (?:reconozco|admito|entiendo|acepto|veo|sé)|tienes razón|no digo que no|no lo niego))$`)

var (
	// closingSpanish ends a sentence and says nothing.
	closingSpanish = regexp.MustCompile(`(?i)[ ,]+(?:y (?:punto|ya|listo|ya está|nada|tal)|y eso|imagínate|imaginate|ja(?:ja)+|no sé|la verdad|eh|vamos|tío|güey|che|boludo|en serio|desde luego|por supuesto)$`)
	// toBotSpanish is in what is said to the bot, begins what is no statement, or speaks of what was said.
	toBotSpanish = regexp.MustCompile(`(?i)^(?:que|qué|cómo|quién|por qué|aunque|mientras|sí|tú|vos|o|ni|ojalá|ojala|basta|por favor|gracias|hola|menos mal|ojo|vaya|mira|oye|imagina|imagínate|imaginate|piensa|fíjate|fijate|ponte|dime|decime|déjame|dejame|deja|pregunta|prueba|explica|dame|espera|perdona|disculpa|no,|no es (?:eso|esto|así|verdad|cierto|lo mismo|que|solo|un poco|una vez)|eso|esto|te (?:doy|digo|pregunto|concedo|compro|acepto|lo|cuento|aseguro|juro|reconozco|entiendo)|(?:yo |no |ya |ni |solo |lo |te |me )*(?:creo|pienso|opino|digo|sé|se que|entiendo|supongo|imagino|reconozco|admito|acepto|dudo|niego|espero|pregunto|insisto|repito|refiero|propongo|juro|hablo de|estoy (?:de acuerdo|en contra|a favor|diciendo|hablando)))(?:$|[ ,])|\b(?:tú|tu|tus|tuy[oa]s?|vos|usted|ti|contigo|vuestr[oa]s?|dices|decís|decis|dijiste|crees|creés|piensas|pensás|opinas|sabés|respondes|contestás?|preguntas|entiendes|entendés|defiendes|propones|te (?:parece|gusta|molesta|importa|imaginas|crees))\b`)
	// advising tells anybody what to do in a case.
	advising = regexp.MustCompile(`(?i)^si (?:no )?(?:quieres|tienes|te |eres|vas|puedes)`)
	// wishing begins what somebody is told to do.
	wishing = regexp.MustCompile(`(?i)^(?:(?:y|pero|pues|bueno) )*que (?:no )?(?:se |me |te |nos |l[eoa]s? )+\pL+[ea]n?\b`)
	// unsayableSpanish is what the bot would not say.
	unsayableSpanish = regexp.MustCompile(`(?i)\b(?:mierda\w*|put[ao]s?|joder|coño|cojones|gilipollas|hostia|cabron\w*|cabrón|boludo|pelotudo|pinche|verga|chinga\w*|lol|wtf)\b|\.\.|[!?:;"“”«»()\[\]{}<>/*_#=]`)
	// theirs is in what is of the user, and once in what happened to somebody one time.
	theirs = regexp.MustCompile(`(?i)\btus?\b`)
	once   = regexp.MustCompile(`(?i)\b(?:una?|uno|ayer|anoche|otr[oa] (?:vez|día)|últim[oa]|pasad[oa])\b`)
	// longPast is in what was once, where a verb in "-amos" is of then.
	longPast = regexp.MustCompile(`(?i)\b(?:ayer|anoche|pasad[oa]|últim[oa]|otra vez|otro día|una vez|hace (?:un|dos|tres|unos|poco|años)|cuando)\b`)
)

// intoSecond puts the words of the first person into the second, and says whether there are any; ok is
// false where a word cannot be put so.
func (w *writer) intoSecond(words []string) (ofWriter, ok bool) {
	past := longPast.MatchString(strings.Join(words, " "))
	last := ""
	for i, raw := range words {
		word, before := strings.ToLower(strings.Trim(raw, ",")), last
		last = fold(word)
		other, known := "", true
		switch {
		case word == "yo" && before == "y": // "my wife and I"
			return false, false
		case secondSpanish[word] != "":
			other = secondSpanish[word]
		case before == "se" && strings.HasSuffix(word, "o") && len(word) > 3 && !formsSpanish[len(formsSpanish)-1].verb.MatchString(word): // "se quedo" lacks its mark
			words[i] = strings.Replace(raw, word, strings.TrimSuffix(word, "o")+"ó", 1)
			continue
		case strings.HasSuffix(word, "mos") && i < 2 && !slices.Contains(ofMany, word): // of whom, nobody could tell
			return false, false
		case slices.Contains([]string{"nos", "nosotros", "nosotras"}, word), enclitic.MatchString(word) && strings.HasSuffix(word, "nos"):
			return false, false
		case enclitic.MatchString(word):
			other = strings.TrimSuffix(word, "me") + "te"
		case voseo[word] != "":
			words[i] = strings.Replace(strings.ToLower(raw), word, voseo[word], 1)
			continue
		case before == "yo" && ofThen.MatchString(word):
			other = word + "s"
		case beforeVerb(before), strings.HasSuffix(word, "mos") && !slices.Contains(ofMany, word):
			other, known = secondOf(word, past)
		}
		if !known {
			return false, false
		}
		if other != "" && other != word {
			words[i], ofWriter = strings.Replace(strings.ToLower(raw), word, other, 1), true
		}
	}
	return ofWriter, true
}

var (
	// ofThen is a verb of what the writer did in those days.
	ofThen = regexp.MustCompile(`^(?:iba|era|\pL+aba|\pL+ía)$`)
	// enclitic is a verb with the writer behind it, as in "decirme".
	enclitic = regexp.MustCompile(`(?:[aei]r|[aáeé]ndo)(?:me|nos)$`)
	// ofMany are words that end like a verb of more than one.
	ofMany = strings.Fields("ramos gramos kilogramos tramos reclamos extremos mismos ultimos últimos máximos mínimos ánimos primos supremos enfermos amos")
)

// secondOf is a verb of the first person in the second, or in the third of more; empty for what is none,
// and not known for one that cannot be put so.
func secondOf(word string, past bool) (other string, known bool) {
	n := len(word)
	switch {
	case firstVerbs[word] != "":
		return firstVerbs[word], true
	case strings.HasSuffix(word, "amos") && n > 5:
		if past {
			return word[:n-4] + "aron", true
		}
		return word[:n-4] + "an", true
	case strings.HasSuffix(word, "emos") && n > 5:
		return word[:n-4] + "en", true
	case strings.HasSuffix(word, "imos") && n > 5:
		return "", false
	case slices.Contains([]string{"café", "bebé", "qué", "té", "así", "aquí", "ahí", "allí", "sí", "mí", "porqué", "chalé", "comité", "puré", "casi"}, word):
		return "", true
	case strings.HasSuffix(word, "ré") && !slices.Contains([]string{"miré", "tiré", "giré", "retiré", "entré", "compré", "saqué", "cobré", "esperé", "estiré", "logré", "encontré", "alquilé"}, word):
		return "", false // "iré" is of what will be
	case strings.HasSuffix(word, "gué"):
		return strings.TrimSuffix(word, "ué") + "aste", true
	case strings.HasSuffix(word, "qué"):
		return strings.TrimSuffix(word, "qué") + "caste", true
	case strings.HasSuffix(word, "cé") && n > 4:
		return strings.TrimSuffix(word, "cé") + "zaste", true
	case strings.HasSuffix(word, "é") && n > 4:
		return strings.TrimSuffix(word, "é") + "aste", true
	case strings.HasSuffix(word, "í") && n > 3:
		return strings.TrimSuffix(word, "í") + "iste", true
	}
	return "", true
}

// beforeVerb says whether a verb may stand behind a word, as fold gives it, which no noun does.
func beforeVerb(before string) bool {
	return before == "" || slices.Contains(clitics, before) || slices.Contains([]string{"yo", "lo", "la", "los", "las", "y", "que", "cuando", "si", "aunque", "porque", "siempre", "nunca",
		"jamas", "tambien", "solo", "casi", "veces", "hoy", "ayer", "ahora", "aqui", "luego", "ni", "todavia", "aun", "donde", "quien", "pero", "dia", "vez", "pasado", "año", "apenas", "normalmente", "meses", "años", "semana"}, before)
}

// clitics stand right before a verb, and negate it or go with it.
var clitics = []string{"no", "se", "me", "te", "le", "les", "nos", "os", "ya"}

// formInSpanish is the form of some words that have the verb of a statement, empty where none is plain.
func (w *writer) formInSpanish(words []string) pointKind {
	skip := 0
	for i, raw := range words {
		word, before := strings.ToLower(strings.Trim(raw, ",")), ""
		if i > 0 {
			before = fold(strings.Trim(words[i-1], ","))
			if strings.HasSuffix(words[i-1], ",") {
				skip = 0 // behind "si llueve,"
			}
		}
		if slices.Contains(relativesSpanish, fold(word)) && (fold(word) != "que" || !slices.Contains([]string{"es", "tiene", "hay"}, before)) {
			skip++
			continue
		}
		switch form := w.verbInSpanish(word, before, i); {
		case form == "":
		case skip > 0:
			skip--
		case form == possible && w.denies(strings.Join(words, " ")): // what cannot be is no matter of how often
			return stated
		case obliging.MatchString(strings.Join(words[i:], " ")):
			return owed
		case goingTo.MatchString(strings.Join(words[i:], " ")):
			return expected
		default:
			return form
		}
	}
	return ""
}

var (
	// obliging begins with a verb that wants something, and goingTo with one of what will be.
	obliging = regexp.MustCompile(`(?i)^(?:hay|tienen?|habría|tendrían?) que `)
	goingTo  = regexp.MustCompile(`(?i)^van? a \pL*[aei]r`)
)

// relativesSpanish begin a clause of which the verb is not the sentence's own.
var relativesSpanish = []string{"que", "quien", "quienes", "donde", "cuando", "si", "como", "porque", "cuanto"}

// verbInSpanish is the form of a statement that hangs on a word, empty for what is plainly no verb.
func (w *writer) verbInSpanish(word, before string, at int) pointKind {
	if w.determiners[before] || slices.Contains(beforeNoun, before) {
		return ""
	}
	for _, f := range formsSpanish {
		if f.verb.MatchString(word) {
			return f.form
		}
	}
	switch {
	case before == "se" && strings.HasSuffix(word, "o") && len(word) > 3, at > 0 && imperfect.MatchString(word) && !nounInIa.MatchString(word):
		return past
	case w.ofFirst(word, before):
		return stated
	case slices.Contains(adverbial, fold(word)), nounInEn.MatchString(word):
		return ""
	case presentSpanish.MatchString(word), slices.Contains(clitics, before) && afterClitic.MatchString(word), genericSecond[word], voseo[word] != "":
		return brought
	}
	return ""
}

// ofFirst says whether a word is a verb of the first person.
func (w *writer) ofFirst(word, before string) bool {
	if !beforeVerb(before) && (!strings.HasSuffix(word, "mos") || slices.Contains(ofMany, word)) {
		return false
	}
	other, _ := secondOf(word, false)
	return other != ""
}

// beforeNoun are words that no verb of a statement follows.
var beforeNoun = []string{"de", "del", "en", "con", "por", "para", "sin", "a", "al", "un", "una", "mi", "su", "el"}

// formsSpanish tell the form of a statement by its verb.
var formsSpanish = []struct {
	form pointKind
	verb *regexp.Regexp
}{
	{expected, regexp.MustCompile(`^(?:serían?|habría|habrá|\pL{3,}rán?)$`)},
	{possible, regexp.MustCompile(`^(?:puede[ns]?|podrían?|puedo|podemos|podés)$`)},
	{owed, regexp.MustCompile(`^(?:deben?|deberían?)$`)},
	{stated, regexp.MustCompile(`^(?:es|son|eres|soy|somos|está[ns]?|estoy|estamos|tiene[ns]?|hay|existen?|h[ae]|ha[ns]|hemos)$`)},
	{past, regexp.MustCompile(`^(?:era|eran|fue|fueron|estaban?|habían?|iban?|hizo|dijo|puso|tuvo|estuvo|vino|quiso|pudo|supo|trajo|hubo|anduvo|dio|vio|dijeron|trajeron|dieron|vieron|\pL{3,}ó|\pL{2,}aron|\pL{2,}ieron)$`)},
}

var (
	// nounInIa and nounInEn are words with the ending of a verb that are none.
	nounInIa = regexp.MustCompile(`(ería|oría|día|tía|gía|mía|policía|compañía|energía|categoría|filosofía|geografía|fotografía|guía|vía|todavía|cía|sangría|sequía|alegría|garantía|cría)$`)
	nounInEn = regexp.MustCompile(`^(también|bien|alguien|quien|cien|joven|imagen|orden|examen|volumen|origen|margen|virgen|crimen|resumen|tren|buen)$`)
	// imperfect tells what was, and afterClitic is a verb where it stands behind what no noun follows.
	imperfect   = regexp.MustCompile(`^\pL{2,}(?:aban?|ían?)$`)
	afterClitic = regexp.MustCompile(`^\pL{2,}[ae]s?$`)
	// presentSpanish is a verb of what something does, besides those that clause.go has for both.
	presentSpanish = regexp.MustCompile(`^(?:` + effectsSpanish + `|(?:dura|tarda|huele|suena|grita|cuenta|queda|queja|despierta|toca|rebota|tapa|pega|llora|anda|maneja|arranca|aprieta|acelera|tira|regala|aparca|estaciona|saca|mete|limpia|ladra|muerde|fuma|pide|dice|opina|prefiere|vuelve|recibe|aparece|desaparece|ocurre|sucede|cambia|ayuda|luce|tose|canta|baila|insulta|critica|agradece|espera|cobra|estropea|rompe|desespera|apaga|enciende|revienta|supone|implica|significa|recuerda|encuentra|consigue|intenta|llama|invita|celebra|lava|barre|cocina|quema|cruza|frena|choca|insiste|discute|pelea|vota|decide|promete|miente|cumple|multa|respira|enferma|cansa|agota|aburre|divierte|distrae|contrata|renuncia|suspende|aprueba|copia|estudia|enfría|calienta|seca|mancha|atasca|bloquea|retrasa|adelanta|dobla|sobrevive|mueve|construye|reparte|cría|adopta|abandona|pasea|recoge|deja|queda|da|ve|va|hace)n?|\pL{3,}[ae]n)$`)
	// adverbial are words that end like a verb.
	adverbial = strings.Fields("siempre ante sobre entre desde antes donde nada para casa cada otra toda esta esa gente tarde noche parte grande verde base mesa hora nadie adrede delante adelante encima fuera afuera arriba abajo cerca ahora mientras entonces apenas jamas además ademas mas menos quizas tras")
	// genericSecond are verbs said of anybody in the second person.
	genericSecond = setOf([]string{"puedes tienes estás vas pagas quieres llegas llamas haces sales acabas ves pides entras comes compras sabes gastas vives trabajas entrenas esperas pasas dejas usas sientes duermes ahorras necesitas pierdes ganas aprendes cocinas vuelves terminas subes bajas sacas metes pones traes oyes escuchas miras lees abres cierras cenas viajas"})
)

// effectsSpanish are such verbs in Spanish.
const effectsSpanish = `(?:ayuda|causa|provoca|mejora|aumenta|crea|enseña|da|evita|genera|fomenta|perjudica|beneficia|cuesta|ahorra|gasta|paga|gana|trabaja|piensa|entra|llega|compra|necesita|gusta|funciona|importa|deja|obliga|respeta|molesta|contamina|ensucia|baja|cobra|abusa|controla|lleva|usa|pasa|juega|olvida|aguanta|echa|mata|ocupa|quita|falta|sobra|acaba|termina|empieza|forma|separa|cierra|manda|roba|mira|habla|cuida|engaña|alquila|aporta|afecta|arruina|salva|une|divide|reduce|protege|destruye|permite|hace|pierde|vive|muere|sufre|quiere|sabe|cree|sale|viene|pone|abre|vende|come|bebe|duerme|sirve|parece|vale|sigue|sube|crece|cae|depende|aprende|rinde|trae|debe|existe|conduce|consume|produce|merece|ofrece|convierte|impide|exige|lee|escribe|corre)n?|va|van`

// secondSpanish are words of the first person that are no verbs as another says them.
var secondSpanish = map[string]string{"mi": "tu", "mis": "tus", "mío": "tuyo", "mía": "tuya", "míos": "tuyos", "mías": "tuyas", "me": "te", "mí": "ti", "yo": "tú", "conmigo": "contigo",
	"nuestro": "tu", "nuestra": "tu", "nuestros": "tus", "nuestras": "tus"}

// voseo are verbs of the second person of the River Plate in that of the bot.
var voseo = pairs("podés puedes tenés tienes querés quieres hacés haces salís sales vivís vives comés comes pagás pagas comprás compras llegás llegas mirás miras ponés pones necesitás necesitas llamás llamas gastás gastas pedís pides perdés pierdes usás usas esperás esperas trabajás trabajas dormís duermes volvés vuelves dejás dejas sos eres")

// firstVerbs are verbs of the first person in the second, those of more than one in the third.
var firstVerbs = func() map[string]string {
	all := pairs("soy eres estoy estás voy vas doy das he has tengo tienes vengo vienes pongo pones hago haces salgo sales traigo traes oigo oyes conozco conoces puedo puedes quiero quieres " +
		"vuelvo vuelves pierdo pierdes duermo duermes pido pides sigo sigues siento sientes prefiero prefieres sirvo sirves elijo eliges conduzco conduces merezco mereces juego juegas pienso piensas " +
		"empiezo empiezas cierro cierras cuento cuentas encuentro encuentras recuerdo recuerdas acuesto acuestas despierto despiertas suelo sueles acuerdo acuerdas veo ves leo lees bebo bebes debo debes " +
		"vivo vives escribo escribes subo subes abro abres recibo recibes sufro sufres corro corres vendo vendes meto metes aprendo aprendes friego friegas muevo mueves envío envías caigo caes " +
		"fui fuiste tuve tuviste hice hiciste dije dijiste puse pusiste pude pudiste quise quisiste vine viniste traje trajiste estuve estuviste supe supiste di diste vi viste leí leíste oí oíste caí caíste " +
		"somos son vamos van hemos han estamos están podemos pueden queremos quieren tenemos tienen hacemos hacen pedimos piden vivimos viven salimos salen decimos dicen venimos vienen sabemos saben vemos ven " +
		"debemos deben perdemos pierden volvemos vuelven jugamos juegan empezamos empiezan pensamos piensan cerramos cierran éramos eran íbamos iban teníamos tenían estábamos estaban fuimos fueron hicimos hicieron tuvimos tuvieron dijimos dijeron dormimos duermen sentimos sienten seguimos siguen contamos cuentan encontramos encuentran")
	for _, stem := range strings.Fields("pag gast trabaj acab aguant ahorr alquil apag aprovech arregl ayud baj busc camin cambi carg cen cobr cocin compr cruz cuid dej descans desayun enseñ entren entr escuch esper estudi evit fum gan habl limpi llam llev llor mand mir mont necesit nad olvid pas prepar prest qued quej quit regal reserv respet sac salud tard tir toc tom trat us viaj visit desesper enter levant uso compart aparc estacion manej plant ") {
		all[stem+"o"] = stem + "as"
	}
	all["comparto"] = "compartes"
	return all
}()

// pairs are words, each followed by what stands for it.
func pairs(text string) map[string]string {
	all, words := make(map[string]string), strings.Fields(text)
	for i := 0; i+1 < len(words); i += 2 {
		all[words[i]] = words[i+1]
	}
	return all
}
