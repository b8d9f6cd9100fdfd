package server

import "fmt"

// shareSpanish are the words of a shared page for debates in Spanish.
var shareSpanish = map[string]string{
	"A debate of %d turns.":                                 "Un debate de %d turnos.",
	"A debate of one turn.":                                 "Un debate de un turno.",
	"A debate: the user argues for it, the bot against it.": "Un debate: la persona está a favor, el bot en contra.",
	"A debate: the user argues against it, the bot for it.": "Un debate: la persona está en contra, el bot a favor.",
	"Two models debate: %s argues for it, %s against it.":   "Debaten dos modelos: %s está a favor, %s en contra.",
	"built-in opponent":                                     "oponente incorporado",
	"The debate":                                            "El debate",
	"Turn %d":                                               "Turno %d",
	"User":                                                  "Persona",
	"Bot":                                                   "Bot",
	"Nothing was said yet.":                                 "Aún no se dijo nada.",
	"Flow":                                                  "Esquema",
	"user, turn %d":                                         "persona, turno %d",
	"bot, turn %d":                                          "bot, turno %d",
	"answers %s":                                            "responde a %s",
	"grants %s":                                             "concede %s",
	"open":                                                  "abierto",
	"answered":                                              "respondido",
	"conceded":                                              "concedido",
	"dropped":                                               "sin respuesta",
	"Verdict":                                               "Veredicto",
	"Through turn %d, judged by %s.":                        "Hasta el turno %d, juzgado por %s.",
	"The user had the better of it":                         "Lo de la persona fue mejor",
	"The bot had the better of it":                          "Lo del bot fue mejor",
	"%s had the better of it":                               "Lo de %s fue mejor",
	"Undecided":                                             "Sin decidir",
	"rules, which count what was answered and know no facts":                "reglas que cuentan lo que se respondió y no saben de hechos",
	"The best case for the other side":                                      "Lo mejor que pudo decir la otra parte",
	"Did it move you?":                                                      "¿Te hizo cambiar de opinión?",
	"%d readers: %s before, %s after, on average, from −3 to +3; %d moved.": "%d lecturas: %s antes, %s después, en promedio, de −3 a +3; cambiaron %d.",
	"1 reader: %s before, %s after, from −3 to +3.":                         "1 lectura: %s antes, %s después, de −3 a +3.",
	"Your vote was counted.":                                                "Tu voto está contado.",
	"I agreed before:":                                                      "Antes estaba de acuerdo:",
	"I agree now:":                                                          "Ahora estoy de acuerdo:",
	"Vote":                                                                  "Votar",
	"−3, not at all":                                                        "−3, nada",
	"0, neither":                                                            "0, ni sí ni no",
	"+3, fully":                                                             "+3, del todo",
}

// shareWords says something in the page's language, "es" or else English.
func shareWords(language, format string, args ...any) string {
	if spanish := shareSpanish[format]; language == "es" && spanish != "" {
		format = spanish
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}
