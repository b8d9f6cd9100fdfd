package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// otherNames maps names that other programs have for a setting to ours: LiteLLM, LangChain and aider
// read OPENAI_API_BASE, Open WebUI OPENAI_API_BASE_URL, and hosting companies hand out a database's
// address as POSTGRES_URL.
var otherNames = map[string]string{
	"OPENAI_API_BASE": "OPENAI_BASE_URL", "OPENAI_API_BASE_URL": "OPENAI_BASE_URL", "OPENAI_API_HOST": "OPENAI_BASE_URL",
	"POSTGRES_URL": "DATABASE_URL", "POSTGRESQL_URL": "DATABASE_URL", "PG_URL": "DATABASE_URL", "DB_URL": "DATABASE_URL",
}

// Misnamed warns of variables ("NAME=value") that nothing reads and that are nearly called as a
// setting is that is not set: a misspelt setting would otherwise have no effect, in silence.
func Misnamed(environ []string) (warnings []string) {
	known := variables()
	set := make(map[string]bool, len(environ))
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		set[name] = value != ""
	}
	for name, filled := range set {
		if _, read := known[name]; read || !filled || strings.HasPrefix(name, "OTEL_") {
			continue
		}
		if meant := meantBy(name); meant != "" && !set[meant] {
			warnings = append(warnings, fmt.Sprintf("%s is set, which nothing reads; %s is read", name, meant))
		}
	}
	slices.Sort(warnings)
	return warnings
}

// meantBy is the setting that an unknown name probably means: one that differs in a letter or a
// separator, or that other programs call so; empty for none.
func meantBy(name string) string {
	plain := func(name string) string { return strings.NewReplacer("_", "", "-", "").Replace(strings.ToUpper(name)) }
	for _, variable := range slices.Sorted(maps.Keys(variables())) {
		if plain(name) == plain(variable) || len(variable) >= minNear && phrase.OneEdit(plain(name), plain(variable)) {
			return variable
		}
	}
	return otherNames[strings.ToUpper(name)]
}

// minNear is the length from which a setting may be meant by a name with another letter: PORTS may
// be anything.
const minNear = 8
