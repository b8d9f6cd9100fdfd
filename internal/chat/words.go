package chat

import (
	"fmt"
	"strings"
)

// language has the client say its own words in the language of who reads them. They stand in the
// code in English; spanish has them in Spanish. The zero value speaks English.
type language struct {
	// spanish says whether they are wanted in Spanish, as things are.
	spanish func() bool
}

// word is a text of the client's own, or a format of one.
func (l language) word(english string) string {
	if text, ok := spanish[english]; ok && l.code() == "es" {
		return text
	}
	return english
}

func (l language) text(format string, args ...any) string {
	return fmt.Sprintf(l.word(format), args...)
}

func (l language) errorf(format string, args ...any) error {
	return fmt.Errorf(l.word(format), args...)
}

// code is that of the language, by two letters.
func (l language) code() string {
	if l.spanish != nil && l.spanish() {
		return "es"
	}
	return "en"
}

// refusal is what the service says of a reason to refuse something, which is in English.
func (l language) refusal(reason, said string) string {
	text := refusals[reason]
	switch {
	case l.code() != "es":
		return said
	case reason == "INVALID_ARGUMENT":
		return "el servicio no acepta eso (" + strings.TrimRight(said, ".") + ")" // it says which part
	case strings.Contains(said, "its operator has to"):
		return "el modelo no está bien configurado; quien lleva el servicio tiene que arreglarlo"
	case text == "":
		return "el servicio no pudo hacerlo"
	default:
		return text
	}
}

// refusals are the service's reasons in Spanish.
var refusals = map[string]string{
	"NOT_FOUND":         "aquí no hay tal debate; quizá se borró, o es de otra clave",
	"TURN_RUNNING":      "aún se responde en este debate",
	"TURN_NOT_LATEST":   "ya hay un turno posterior",
	"TURN_NOT_RUNNING":  "la respuesta ya había acabado",
	"TOPIC_REFUSED":     "de ese tema no se debate aquí",
	"MESSAGE_REFUSED":   "a ese mensaje no se responde aquí",
	"RATE_LIMITED":      "eso fue más rápido de lo que este servicio permite, o el modelo recibe demasiado",
	"QUOTA_EXCEEDED":    "lo que esta clave puede usar hoy está gastado",
	"OVERLOADED":        "el servicio está lleno ahora mismo",
	"STILL_RUNNING":     "la respuesta tarda más que esta llamada",
	"MODEL_UNAVAILABLE": "el modelo no dio una respuesta entera",
	"DRAINING":          "la respuesta no está entera",
	"STORE_UNAVAILABLE": "el servicio no pudo guardarlo",
	"DEBATE_ENDED":      "este debate ha terminado",
	"NOTHING_TO_JUDGE":  "aún no hay nada que juzgar; di primero algo sobre el tema",
}

// inSpanish is for users whose terminal is set to Spanish, and for debates that are in it.
func (s *session) inSpanish() bool {
	return strings.HasPrefix(s.Language, "es") || strings.HasPrefix(s.conversation.GetLanguage(), "es")
}

// spanish has all that the client says, by what it says in English; what formats and their
// phases say, which is the service's, among it.
var spanish = map[string]string{
	help: `/retry       repite la última respuesta con otra, o recupera una perdida
/topics      muestra tres temas; un número empieza un debate sobre uno
/side [SIDE] muestra las posturas, o elige una para un debate nuevo: opponent (te llevo la contraria), ally (te doy la razón) o either (elijo yo); for (a favor) y against (en contra) son la tuya
/format [F]  muestra cómo pueden ser los debates, o lo elige para el próximo
/new [VIEW]  empieza otro debate, con lo que opinas si lo dices; este se guarda
/list        muestra tus debates
/resume ID   sigue con uno de ellos
/title TEXT  da un título a este debate
/export FILE escribe este debate en un archivo nuevo: .md, .json, .argdown o .mmd
/good        dice que la última respuesta es buena; aquí no cambia nada
/bad         dice que no lo es
/flow        muestra los puntos de este debate, y qué fue de cada uno
/verdict     pide que se juzgue
/hint        muestra puntos que podrías dar
/steelman    muestra el mejor alegato de tu lado; /steelman you, el del mío
/opinion N   di cuánto estás de acuerdo con el tema, de -3 a 3
/opinions    muestra qué pensabas de tus temas, y qué te hizo cambiar
/fork N      sigue desde el turno N en una copia; /fork N TEMA, con otro tema
/swap        empieza de nuevo con las posturas cambiadas; /swap N, tras el turno N
/share       crea una página que otros pueden leer; /share off la retira
/help        muestra esto
/quit        sal; también Ctrl-C o Ctrl-D cuando no hay nada escrito

Alt+Intro empieza otra línea; también Intro entre """ y """.
Ctrl-C borra lo que escribes, y me para mientras hablo; Ctrl-Z deja la terminal a tu shell, y fg me trae de vuelta.
Se guarda lo que dijiste y lo que dije.`,

	// How a debate begins, goes on and ends.
	"A debate: state a view, and I argue the other side.":            "Un debate: di lo que piensas, y yo defiendo lo contrario.",
	" You debate with the built-in opponent.":                        " Debates con el oponente incorporado.",
	" /help shows what else there is.":                               " /help muestra qué más hay.",
	offer:                                                            "%s está en marcha en este equipo: con --model %s, o MODEL=%[2]s, debate su modelo en lugar del oponente incorporado.",
	"\nThe topic: %s\nWhat do you say?":                              "\nEl tema: %s\n¿Qué dices tú?",
	"\nWhat do you think?":                                           "\n¿Qué piensas?",
	"\nWhat do you think? Say it, or type a number:":                 "\n¿Qué piensas? Dilo, o escribe un número:",
	"there is no topic %d: type 1 to %d, or a view of your own":      "no hay tema %d: escribe de 1 a %d, o lo que pienses tú",
	"Topic: %s I argue %s it.":                                       "Tema: %s Yo argumento %s.",
	"for":                                                            "a favor",
	"against":                                                        "en contra",
	"(stopped; what was said is kept)":                               "(parada; lo dicho se guarda)",
	"(the connection is lost; trying again, Ctrl-C ends that)":       "(se perdió la conexión; reintentando, Ctrl-C lo deja)",
	"(left; the reply may go on, /retry follows it)":                 "(dejada; la respuesta puede seguir, /retry la recupera)",
	"(This is the built-in opponent: no language model is at work.)": "(Este es el oponente incorporado: no hay ningún modelo de lenguaje.)",
	"(Checked: my reply keeps my side and seems to invent nothing.)": "(Revisada: mi respuesta mantiene mi postura y no parece inventar nada.)",
	"(A second look found that my reply seems to contain invented figures or sources.)":                        "(Una segunda mirada halló que mi respuesta parece contener cifras o fuentes inventadas.)",
	"(A second look found that my reply gave my side away.)":                                                   "(Una segunda mirada halló que mi respuesta cede mi postura.)",
	"(A second look found that my reply gave my side away, and seems to contain invented figures or sources.)": "(Una segunda mirada halló que mi respuesta cede mi postura, y parece contener cifras o fuentes inventadas.)",
	"Until next time.": "Hasta la próxima.",
	"Until next time. To go on with this debate:": "Hasta la próxima. Para seguir con este debate:",

	// What commands say.
	"there is no command %s: /help shows them":            "no hay orden %s: /help las muestra",
	"there is no reply yet: say something first":          "aún no hay respuesta: di algo primero",
	"there is no debate yet: say something first":         "aún no hay debate: di algo primero",
	"there is no reply to rate: say something first":      "no hay respuesta que valorar: di algo primero",
	"the id is missing: /resume ID, and /list shows them": "falta el id: /resume ID, y /list los muestra",
	"this is that debate":                                 "es este mismo debate",
	"this debate has its sides: /new begins another":      "este debate ya tiene sus posturas: /new empieza otro",
	"I oppose what you say, unless you choose: /side opponent, ally or either, or your side of a topic, for or against.": "Te llevo la contraria, si no eliges otra cosa: /side opponent (en contra de ti), ally (contigo) o either (elijo yo), o tu postura sobre un tema, for (a favor) o against (en contra).",
	"I will oppose what you say.":                                            "Te llevaré la contraria.",
	"I will agree with what you say.":                                        "Te daré la razón.",
	"I will choose my side.":                                                 "Elegiré mi postura.",
	"You will be %s the topic, and I on the other side.":                     "Tú estarás %s del tema, y yo al otro lado.",
	"there is no side %q: it is opponent, ally or either, or for or against": "no hay postura %q: puede ser opponent, ally o either, o for (a favor) o against (en contra)",
	"%s (chosen): %s":                                                        "%s (elegido): %s",
	"The debate will be %s: %s":                                              "El debate será %s: %s",
	"The next debate, which /new begins, will be %s: %s":                     "El próximo debate, que empieza con /new, será %s: %s",
	"there is no format %q: /format shows them":                              "no hay formato %q: /format los muestra",
	"the file is missing: /export debate.md":                                 "falta el archivo: /export debate.md",
	"there is a file %s: name another one":                                   "ya hay un archivo %s: nombra otro",
	"the debate cannot be written: %w":                                       "no se puede escribir el debate: %w",
	"The debate is in %s.":                                                   "El debate está en %s.",
	"the title is missing: /title TEXT":                                      "falta el título: /title TEXTO",
	"This debate is now called %q.":                                          "Este debate se llama ahora %q.",
	"The debate before is kept: /list shows it.":                             "El debate anterior se guarda: /list lo muestra.",
	"the turn to go on from is a number up to %d: %s":                        "el turno desde el que seguir es un número hasta %d: %s",

	// Looking back.
	"You": "Tú", "I": "Yo", "you": "tú", "me": "yo",
	"%s, turn %d: %s (%s)":                "%s, turno %d: %s (%s)",
	"open":                                "abierto",
	"answered":                            "respondido",
	"conceded":                            "concedido",
	"dropped":                             "dejado sin respuesta",
	"granted":                             "concedido",
	"unanswered":                          "sin respuesta",
	"Nothing was argued yet.":             "Aún no hay argumentos.",
	"You had the better of it":            "Lo tuyo fue mejor",
	"I had the better of it":              "Lo mío fue mejor",
	"Undecided":                           "Sin decidir",
	"%s (through turn %d, judged by %s).": "%s (hasta el turno %d, según %s).",
	"rules":                               "reglas",
	"“%s”":                                "«%s»",
	"“%s” (%s, turn %d)":                  "«%s» (%s, turno %d)",
	"\nAdvice: %s":                        "\nConsejo: %s",
	"the opinion is a number from -3, not at all, to 3, fully: /opinion 2":                           "la opinión es un número de -3, nada, a 3, del todo: /opinion 2",
	"Your opinion of the topic: %+d before, %+d now.":                                                "Tu opinión del tema: antes %+d, ahora %+d.",
	"Thank you: that is kept with the reply.":                                                        "Gracias: se guarda con la respuesta.",
	"Nothing new comes to mind.":                                                                     "No se me ocurre nada nuevo.",
	"the best case is that for your side or for mine: /steelman me or /steelman you":                 "el mejor alegato es el de tu lado o el del mío: /steelman me o /steelman you",
	"The best case for your side:":                                                                   "El mejor alegato de tu lado:",
	"The best case for my side:":                                                                     "El mejor alegato de mi lado:",
	"None comes to mind.":                                                                            "No se me ocurre ninguno.",
	"%+d before, %+d after: %s":                                                                      "antes %+d, después %+d: %s",
	"You gave no opinion of a topic yet: /opinion N gives one.":                                      "Aún no diste tu opinión de ningún tema: /opinion N la da.",
	"Nobody else can read this debate any more.":                                                     "Ya nadie más puede leer este debate.",
	"there is no server that others could reach: share a debate of one, by debate chat --server URL": "no hay un servidor al que otros lleguen: comparte un debate de uno, con debate chat --server URL",
	"Whoever has this address can read this debate: %s%s (/share off ends that)":                     "Quien tenga esta dirección puede leer este debate: %s%s (/share off la retira)",
	overNow: "Este debate ha terminado: /verdict lo juzga, /swap empieza la revancha.",

	// Formats.
	" You have %.0f seconds.": " Tienes %.0f segundos.",
	"How far do you agree with the topic before we go on? /opinion N says so, from -3 to 3; or just argue.": "¿Cuánto estás de acuerdo con el tema antes de seguir? /opinion N lo dice, de -3 a 3; o argumenta sin más.",
	"And how far do you agree now? /opinion N, from -3 to 3.":                                               "¿Y cuánto estás de acuerdo ahora? /opinion N, de -3 a 3.",
	"(%s after the time was up; it counts all the same)":                                                    "(%s después de acabarse el tiempo; vale igual)",
	"Open": "Abierto", "Argue for as long as you like.": "Debate todo el tiempo que quieras.",
	"Blitz": "Relámpago", "Three short rounds against the clock.": "Tres rondas cortas contra el reloj.",
	"Oxford": "Oxford", "Your opinion before and after, four rounds between, a closing, and a verdict.": "Tu opinión antes y después, cuatro rondas entre medias, un cierre y un veredicto.",
	"Lincoln–Douglas": "Lincoln–Douglas", "Two speakers on a question of values, with cross-examination.": "Dos oradores sobre una cuestión de valores, con preguntas cruzadas.",
	"Opening":           "Apertura",
	"Rebuttal":          "Réplica",
	"Closing":           "Cierre",
	"Rounds":            "Rondas",
	"Constructive":      "Construcción",
	"Cross-examination": "Preguntas cruzadas",
	"State your view and your one best reason, in two sentences.":              "Di tu postura y tu mejor razón, en dos frases.",
	"Answer what was said against you, in two sentences.":                      "Responde a lo que se dijo contra ti, en dos frases.",
	"Say in two sentences why your side has the better of it.":                 "Di en dos frases por qué tu postura es la mejor.",
	"Make a point of your own and answer the latest one made against you.":     "Da una razón tuya y responde a la última que se dio contra ti.",
	"Sum up without new arguments what was at issue and why your side has it.": "Resume, sin razones nuevas, qué se discutía y por qué la razón es tuya.",
	"Name the value that you argue from and build your case on it.":            "Nombra el valor del que partes y construye tu caso sobre él.",
	"Ask short questions that the other side has to answer; do not argue yet.": "Haz preguntas cortas que la otra parte deba responder; no argumentes aún.",
	"Answer the other side's case point by point.":                             "Responde punto por punto al caso de la otra parte.",
	"Weigh the two cases by the value that you named.":                         "Pesa los dos casos con el valor que nombraste.",

	// The list.
	"No debates yet. Hold one with: %s\n": "Aún no hay debates. Empieza uno con: %s\n",
	"TITLE":                               "TÍTULO", "TURNS": "TURNOS", "WHEN": "CUÁNDO",
	"(no topic yet)":                                         "(aún sin tema)",
	"the list cannot be written: %w":                         "no se puede escribir la lista: %w",
	"there is no debate to go on with yet: hold one with %s": "aún no hay debate con el que seguir: empieza uno con %s",
	"no debate's id begins with %q: see them with %s --list": "ningún debate tiene un id que empiece por %q: míralos con %s --list",
	"the ids of %d debates begin with %q: give %d characters of one, see them with %s --list": "los id de %d debates empiezan por %q: da %d caracteres de uno, míralos con %s --list",

	// Options and input.
	"the stance is %q; it takes pro or con, the side that the bot argues":                                "la postura es %q; puede ser pro o con, la que defiende el bot",
	"the difficulty is %q; it takes easy, medium or hard":                                                "la dificultad es %q; puede ser easy, medium o hard",
	"--continue goes on with the latest debate and --resume with the one it names: give one of them":     "--continue sigue con el último debate y --resume con el que nombra: da uno de los dos",
	"a debate that is resumed has its topic, stance, difficulty, persona and format; leave them out":     "un debate que se retoma ya tiene su tema, postura, dificultad, personaje y formato; no los des",
	"there is nothing to answer: give a view, such as %s \"Dogs are better than cats.\", or pipe one in": "no hay a qué responder: di lo que piensas, por ejemplo %s \"Los perros son mejores que los gatos.\", o dalo por una tubería",
	"message %d: %s":                  "mensaje %d: %s",
	"the reply cannot be written: %w": "no se puede escribir la respuesta: %w",
	"debate: the piped input was not read, because there is a view; leave that out, or add --lines to answer both": "debate: no se leyó la entrada, porque ya dices lo que piensas; quítalo, o añade --lines para responder a las dos cosas",
	"the input cannot be read: %w": "no se puede leer la entrada: %w",
	"the input is longer than %d bytes: a message has at most 8000 characters; with --lines each line is one": "la entrada pasa de %d bytes: un mensaje tiene como mucho 8000 caracteres; con --lines cada línea es uno",
	"the input is not UTF-8: convert it first":                                                                "la entrada no es UTF-8: conviértela primero",
	"line %d is not UTF-8: convert the input first":                                                           "la línea %d no es UTF-8: convierte primero la entrada",
	"line %d is longer than %d bytes: a message is one line of at most 8000 characters":                       "la línea %d pasa de %d bytes: un mensaje es una línea de 8000 caracteres como mucho",
	"the terminal does not let lines be edited: %w":                                                           "la terminal no deja editar líneas: %w",
	"the terminal is not given back: type `reset`: %w":                                                        "la terminal no queda como estaba: escribe `reset`: %w",
	"the history of lines is not used: %w":                                                                    "no se usa el historial de líneas: %w",
	"the history of lines is not kept: %w":                                                                    "no se guarda el historial de líneas: %w",

	// What goes wrong, and what to do.
	"the debate service": "el servicio de debates",
	"interrupted":        "interrumpido",
	"put the service's key into the environment as API_KEY":   "pon la clave del servicio en el entorno como API_KEY",
	"%s needs an API key, or another one: %s":                 "%s necesita una clave, u otra: %s",
	"%s refuses the API key: %s":                              "%s no acepta la clave: %s",
	"the connection to %s was lost: /retry takes it up again": "se perdió la conexión con %s: /retry la recupera",
	"the connection to %s was lost: try again":                "se perdió la conexión con %s: prueba otra vez",
	"the proxy on the way asks for a name and a password: put them into HTTP_PROXY or HTTPS_PROXY, or leave the proxy out by NO_PROXY": "el proxy del camino pide un nombre y una contraseña: ponlos en HTTP_PROXY o HTTPS_PROXY, o evita el proxy con NO_PROXY",
	"nothing listens at %s: start it with `debate serve`, or correct --server":                                                         "nadie escucha en %s: ponlo en marcha con `debate serve`, o corrige --server",
	"there is no host %q: correct --server":                                                                   "no existe el servidor %q: corrige --server",
	"%s did not answer in time: try again, or check --server":                                                 "%s no respondió a tiempo: prueba otra vez, o revisa --server",
	"ended from outside":                                                                                      "terminado desde fuera",
	"%s is not reachable (%s): check --server and the network, then try again":                                "no se llega a %s (%s): revisa --server y la red, y prueba otra vez",
	"%s does not answer as a debate service (%s): --server takes its base URL, such as http://localhost:8080": "%s no responde como un servicio de debates (%s): --server toma su dirección, como http://localhost:8080",
	"the reply could not be stopped: %w":                                                                      "no se pudo parar la respuesta: %w",
	"the reply was cut off":                                                                                   "la respuesta se cortó",
	" (in %s)":                                                                                                " (en %s)",

	"change it and send it again":  "cámbialo y envíalo otra vez",
	"see your debates with --list": "mira tus debates con --list",
	"another reply of this debate is on its way, perhaps in another window; wait until it ends and send it again": "hay otra respuesta en camino en este debate, quizá en otra ventana; espera a que acabe y envíalo otra vez",
	"the debate went on elsewhere; leave and --resume it":                                                         "el debate siguió en otra parte; sal y retómalo con --resume",
	"choose another topic, /topics shows some":                                                                    "elige otro tema, /topics muestra algunos",
	"choose another topic":                                      "elige otro tema",
	"say it in another way":                                     "dilo de otra manera",
	"wait and send it again":                                    "espera y envíalo otra vez",
	"go on when the day's count starts again":                   "sigue cuando empiece otra vez la cuenta del día",
	"wait a moment and send it again":                           "espera un momento y envíalo otra vez",
	"the reply goes on; /retry follows it":                      "la respuesta sigue; /retry la recupera",
	"the reply goes on; resume the debate later":                "la respuesta sigue; retoma el debate más tarde",
	"/retry asks again":                                         "/retry lo pide otra vez",
	"send it again":                                             "envíalo otra vez",
	"the service is restarting; /retry in a moment":             "el servicio se está reiniciando; /retry dentro de un momento",
	"the service is restarting; send it again in a moment":      "el servicio se está reiniciando; envíalo otra vez dentro de un momento",
	"the service's database is away; /retry in a moment":        "la base de datos del servicio no está; /retry dentro de un momento",
	"the service's database is away; send it again in a moment": "la base de datos del servicio no está; envíalo otra vez dentro de un momento",
	"/retry; if it stays, look at the service's log":            "/retry; si sigue igual, mira el registro del servicio",
	"send it again; if it stays, look at the service's log":     "envíalo otra vez; si sigue igual, mira el registro del servicio",
}
