package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// otherNames are those by which other programs read what is read here by another one:
// LiteLLM, LangChain and aider have OPENAI_API_BASE, Open WebUI OPENAI_API_BASE_URL, and
// hosts hand out a database's address as POSTGRES_URL.
var otherNames = map[string]string{
	"OPENAI_API_BASE": "OPENAI_BASE_URL", "OPENAI_API_BASE_URL": "OPENAI_BASE_URL", "OPENAI_API_HOST": "OPENAI_BASE_URL",
	"POSTGRES_URL": "DATABASE_URL", "POSTGRESQL_URL": "DATABASE_URL", "PG_URL": "DATABASE_URL", "DB_URL": "DATABASE_URL",
}

// Misnamed says of an environment's variables ("NAME=value") which nothing reads though one
// is nearly called so, and is not set: a setting that is written wrong would else be none.
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

// meantBy is the variable that a name stands for which is none: one that is written so but
// for a letter, or that other programs call so.
func meantBy(name string) string {
	plain := func(name string) string { return strings.NewReplacer("_", "", "-", "").Replace(strings.ToUpper(name)) }
	for _, variable := range slices.Sorted(maps.Keys(variables())) {
		if plain(name) == plain(variable) || len(variable) >= minNear && phrase.OneEdit(plain(name), plain(variable)) {
			return variable
		}
	}
	return otherNames[strings.ToUpper(name)]
}

// minNear is how long a name is that is meant by one of another letter: PORTS may be anything.
const minNear = 8
